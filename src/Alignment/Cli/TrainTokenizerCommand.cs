using System.CommandLine;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

using Alignment.Shared;
using Alignment.Tokenization;

namespace Alignment.Cli;

/// <summary><c>align train-tokenizer</c>: a byte-level BPE tokenizer from the texts of files.</summary>
internal static class TrainTokenizerCommand
{
    private const string Help =
        """
        Trains a byte-level BPE tokenizer with ChatML's special tokens and writes tokenizer.json, tokenizer_config.json and chat_template.jinja.

        Files are plain text, or rows (.jsonl, .jsonl.gz) whose texts are taken from the keys text, content, prompt, completion, chosen and rejected.

        Example: align train-tokenizer --data .data/snapshots/texts-1a2b/train.jsonl --vocab 2000 --out .data/models/tokenizer
        """;

    private static readonly string[] TextKeys = ["text", "content", "prompt", "completion", "chosen", "rejected"];

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        var data = new Option<string[]>("--data") { Description = "Files to learn from.", Required = true, AllowMultipleArgumentsPerToken = true };
        var vocabulary = new Option<int>("--vocab") { Description = "Number of token ids, special tokens included.", DefaultValueFactory = _ => 2000 };
        var target = new Option<string>("--out") { Description = "Folder for the result.", Required = true };
        Option<bool> json = Output.JsonOption();
        var command = new Command("train-tokenizer", Help) { data, vocabulary, target, json };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(data), parsed.GetValue(vocabulary), parsed.GetRequiredValue(target), parsed.GetValue(json)));
        return command;
    }

    private static void Run(IReadOnlyList<string> files, int vocabularySize, string target, bool json)
    {
        long characters = 0;
        Tokenizer tokenizer = BpeTrainer.Train(files.SelectMany(Texts).Select(text =>
        {
            characters += text.Length;
            return text;
        }), vocabularySize);
        tokenizer.Save(target);
        ChatTemplate.FromSource(BpeTrainer.ChatMl).Save(target);
        if (json)
        {
            Output.Json(new { folder = target, vocabulary = tokenizer.VocabularySize, characters, sha256 = tokenizer.Sha256 });
            return;
        }

        Output.Line(string.Create(CultureInfo.InvariantCulture, $"{target}: {tokenizer.VocabularySize} tokens from {characters} characters"));
        if (tokenizer.VocabularySize < vocabularySize)
        {
            Output.Note(string.Create(CultureInfo.InvariantCulture, $"fewer than the {vocabularySize} asked for: no further pair occurs twice in the data"));
        }
    }

    private static IEnumerable<string> Texts(string file)
    {
        if (!File.Exists(file))
        {
            throw new UserError($"{file}: there is no such file");
        }

        using Stream stream = File.OpenRead(file);
        using Stream content = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        using var reader = new StreamReader(content);
        string name = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;
        bool rows = name.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase);
        int number = 0;
        while (reader.ReadLine() is string line)
        {
            number++;
            foreach (string text in rows ? RowTexts(line, file, number) : [line + "\n"])
            {
                yield return text;
            }
        }
    }

    private static List<string> RowTexts(string line, string file, int number)
    {
        var texts = new List<string>();
        if (string.IsNullOrWhiteSpace(line))
        {
            return texts;
        }

        try
        {
            using JsonDocument row = JsonDocument.Parse(line);
            Collect(row.RootElement, isText: false, texts);
            return texts;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new UserError(string.Create(CultureInfo.InvariantCulture, $"{file}:{number}: no valid row: {e.Message}"), inner: e);
        }
    }

    private static void Collect(JsonElement element, bool isText, List<string> texts)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String when isText:
                texts.Add(element.GetString()!);
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Collect(item, isText: false, texts);
                }

                break;
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    Collect(property.Value, TextKeys.Contains(property.Name), texts);
                }

                break;
            default:
                break;
        }
    }
}
