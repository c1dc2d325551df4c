using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

using Alignment.Checkpoints;
using Alignment.Models;
using Alignment.Models.Families;
using Alignment.Shared;
using Alignment.Tokenization;

using static TorchSharp.torch;

namespace Alignment.Cli;

/// <summary><c>align init-model CONFIG</c>: a model of a configuration with random weights.</summary>
internal static class InitModelCommand
{
    private static readonly string[] TokenizerFiles =
        ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja", "generation_config.json"];

    public static Command Create()
    {
        var config = new Argument<string>("CONFIG") { Description = "A config.json, or the folder that holds it." };
        var output = new Option<string>("--out") { Description = "Folder to create.", Required = true };
        var seed = new Option<long>("--seed") { Description = "Seed of the random weights.", DefaultValueFactory = _ => 0 };
        var dtype = new Option<string>("--dtype") { Description = "fp32 or bf16.", DefaultValueFactory = _ => "fp32" };
        dtype.AcceptOnlyFromAmong("fp32", "bf16");
        var tokenizer = new Option<string?>("--tokenizer") { Description = "Folder whose tokenizer and chat template are copied (default: that of CONFIG, where it has one)." };
        var command = new Command(
            "init-model",
            "Makes a model with random weights: matrices normal with initializer_range, norms 1, biases 0.\n\n"
            + "Example: align init-model tiny/config.json --out .data/models/tiny --seed 1 --tokenizer tiny") { config, output, seed, dtype, tokenizer };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(config), parsed.GetRequiredValue(output), parsed.GetValue(seed),
            parsed.GetValue(dtype) == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32, parsed.GetValue(tokenizer)));
        return command;
    }

    private static void Run(string config, string output, long seed, ScalarType dtype, string? tokenizer)
    {
        string file = Directory.Exists(config) ? Path.Combine(config, HuggingFaceFolder.ConfigFile) : config;
        JsonObject json = JsonFile.ReadObject(File.Exists(file) ? file : throw new UserError($"{file}: no such file"));
        DecoderConfig shape = ModelFamilies.Read(json);
        string[] copies = Copies(tokenizer, Path.GetDirectoryName(Path.GetFullPath(file))!);
        RequireEmbeddings(copies, shape.VocabularySize, file);
        using var numbers = new Generator((ulong)seed, CPU);
        using var model = new CausalModel(json, null, new RandomWeights(numbers, shape.InitializerRange, dtype, CPU));
        model.Save(output, dtype, copies);
        Output.Line(string.Create(CultureInfo.InvariantCulture, $"{output}: {model.Weights.Sum(w => w.Value.numel()):N0} parameters"));
    }

    private static string[] Copies(string? tokenizer, string besideConfig)
    {
        string[] found = [.. TokenizerFiles.Select(name => Path.Combine(tokenizer ?? besideConfig, name)).Where(File.Exists)];
        return tokenizer is null || found.Length > 0 ? found : throw new UserError($"{tokenizer}: there is no tokenizer.json");
    }

    private static void RequireEmbeddings(string[] copies, int rows, string config)
    {
        if (copies.FirstOrDefault(copy => Path.GetFileName(copy) == TokenizerFiles[0]) is string file
            && TokenizerFolder.Load(Path.GetDirectoryName(file)!).VocabularySize is int ids && ids > rows)
        {
            throw new UserError(FormattableString.Invariant(
                $"{file}: its ids go up to {ids - 1}, but {config} has vocab_size {rows}: write at least {ids} there, or give another --tokenizer"));
        }
    }
}
