using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

using Alignment.Shared;

namespace Alignment.Tokenization;

/// <summary>
/// Makes a byte-level BPE tokenizer from text: digits one by one, then GPT-2's pattern, then the most frequent pair of
/// neighbours again and again (Sennrich et al. 2016), ties by the smaller ids. The same texts give the same tokenizer.
/// BOS stands in front of plain text; the special tokens are those of ChatML.
/// </summary>
public static class BpeTrainer
{
    /// <summary>Beginning of plain text, id 0.</summary>
    public const string Bos = "<|bos|>";

    /// <summary>Start of a turn, id 1.</summary>
    public const string TurnStart = "<|im_start|>";

    /// <summary>End of a turn and of a sequence, id 2.</summary>
    public const string TurnEnd = "<|im_end|>";

    /// <summary>Padding, id 3.</summary>
    public const string Pad = "<|pad|>";

    /// <summary>The chat template that goes with these special tokens.</summary>
    public const string ChatMl =
        "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    private static readonly string[] Special = [Bos, TurnStart, TurnEnd, Pad];

    /// <summary>The smallest vocabulary: special tokens and all bytes.</summary>
    public static int SmallestVocabulary => Special.Length + 256;

    /// <summary>Trains on texts; where they hold too few different words, the vocabulary stays smaller.</summary>
    /// <param name="texts">Read once, in any order of the same result.</param>
    /// <param name="vocabularySize">The wanted number of ids, special tokens included.</param>
    /// <exception cref="UserError">The size is below <see cref="SmallestVocabulary"/>, or a text is no valid Unicode.</exception>
    public static Tokenizer Train(IEnumerable<string> texts, int vocabularySize)
    {
        if (vocabularySize < SmallestVocabulary)
        {
            throw new UserError(string.Create(CultureInfo.InvariantCulture,
                $"a vocabulary of {vocabularySize} is too small: at least {SmallestVocabulary} ids (256 bytes and {Special.Length} special tokens), for instance 2000"));
        }

        List<string> tokens = [.. Special, .. ByteAlphabet.Letters.ToArray().Order().Select(letter => letter.ToString())];
        var counter = new PairCounter(CountWords(texts), Special.Length);
        var merges = new JsonArray();
        while (tokens.Count < vocabularySize && counter.MostFrequent() is (int left, int right))
        {
            merges.Add(new JsonArray(tokens[left], tokens[right]));
            counter.Merge(left, right, tokens.Count);
            tokens.Add(tokens[left] + tokens[right]);
        }

        return TokenizerFolder.Load(new TokenizerFiles("the trained tokenizer", Files(tokens, merges)));
    }

    private static Dictionary<string, long> CountWords(IEnumerable<string> texts)
    {
        IPreTokenizer preTokenizer = TokenizerParts.PreTokenizer(new JsonPart(JsonSerializer.SerializeToElement(PreTokenizer()), "pre_tokenizer"), null)!;
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string given in texts)
        {
            UnicodeText.Require(given, "the text");
            var text = new PreTokenizedText(given, atStart: true);
            preTokenizer.Apply(text);
            foreach (TextSpan word in text.Spans)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(lookup, text.Text.AsSpan(word.Start, word.Length), out _)++;
            }
        }

        return counts;
    }

    private static JsonObject PreTokenizer() => new()
    {
        ["type"] = "Sequence",
        ["pretokenizers"] = new JsonArray(new JsonObject { ["type"] = "Digits", ["individual_digits"] = true }, TokenizerJson.ByteLevel(useRegex: true)),
    };

    private static Dictionary<string, byte[]> Files(List<string> tokens, JsonArray merges)
    {
        var vocabulary = new JsonObject();
        for (int id = 0; id < tokens.Count; id++)
        {
            vocabulary[tokens[id]] = id;
        }

        JsonObject file = TokenizerJson.File(
            [.. Special.Select((token, id) => TokenizerJson.AddedToken(token, id, special: true))],
            normalizer: null, PreTokenizer(), TokenizerJson.Template((Bos, 0), null), TokenizerJson.ByteLevel(useRegex: true),
            TokenizerJson.BpeModel(vocabulary, merges));
        var config = new JsonObject
        {
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
            ["bos_token"] = Bos,
            ["eos_token"] = TurnEnd,
            ["pad_token"] = Pad,
            ["clean_up_tokenization_spaces"] = false,
        };
        return new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [TokenizerFiles.TokenizerFile] = TokenizerJson.ToBytes(file),
            [TokenizerFiles.ConfigFile] = TokenizerJson.ToBytes(config),
        };
    }
}
