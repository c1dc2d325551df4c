using System.Text.Json.Nodes;

using Alignment.Goldens;
using Alignment.Models;
using Alignment.Shared;
using Alignment.Shared.Runs;
using Alignment.Shared.Snapshots;
using Alignment.Tests.Models;
using Alignment.Training;

using static TorchSharp.torch;

namespace Alignment.Tests.Training;

/// <summary>An explicit <c>reference:</c> is given the model's ids: it must know them, and under the same tokens.</summary>
public sealed class RunInputsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("run-inputs-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Open_ReferenceWithFewerEmbeddings_RefusesTheRowThatNeedsOne()
    {
        string model = Enlarged();
        using RunInputs plain = Open(model, TinyRun.Model, "b");
        Assert.Equal(1, RunRows.Encode(plain.Spec, plain.Model, plain.Data, SnapshotSplit.Train).Set.Count);

        using RunInputs extra = Open(model, TinyRun.Model, ChangedModel.Extra);
        string message = Assert.Throws<UserError>(() => RunRows.Encode(extra.Spec, extra.Model, extra.Data, SnapshotSplit.Train)).Message;
        Assert.Contains("line 1", message, StringComparison.Ordinal);
        Assert.Contains("id is 600", message, StringComparison.Ordinal);
        Assert.Contains($"the reference {TinyRun.Model} has 600 embeddings", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ReferenceWithOtherTokens_IsRefusedByName()
    {
        string reference = ChangedModel.Copy(At("reference"));
        ChangedModel.SwapLetters(reference);

        string message = Assert.Throws<UserError>(() => Open(TinyRun.Model, reference, "b")).Message;
        Assert.Contains($"reference: {reference} has another tokenizer", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ReferenceWithTheSameTokensInOtherFiles_IsTaken()
    {
        string reference = ChangedModel.Copy(At("reference"));
        ChangedModel.Template(reference, template => template + " ");

        using RunInputs inputs = Open(TinyRun.Model, reference, "b");
        Assert.Equal(reference, inputs.ReferencePath);
    }

    // The tiny model's shape with more embeddings, and a tokenizer that needs one of them.
    private string Enlarged()
    {
        string tokenizer = ChangedModel.Copy(At("tokenizer")), folder = At("enlarged");
        ChangedModel.AddToken(tokenizer);
        JsonObject config = GoldenData.Json(Path.Combine(TinyRun.Model, "config.json")).AsObject();
        config["vocab_size"] = 608;
        using var numbers = new Generator(1, CPU);
        using var model = new CausalModel(config, null, new RandomWeights(numbers, 0.02, ScalarType.Float32, CPU));
        model.Save(folder, ScalarType.Float32, [Path.Combine(tokenizer, "tokenizer.json"), Path.Combine(tokenizer, "tokenizer_config.json")]);
        return folder;
    }

    private RunInputs Open(string model, string reference, string rejected)
    {
        string rows = At("rows.jsonl");
        File.WriteAllText(rows, new JsonObject { ["prompt"] = "q: ", ["chosen"] = "a", ["rejected"] = rejected }.ToJsonString() + "\n");
        string yaml = $"trainer: dpo\nmodel: {model}\nreference: {reference}\ndata: {rows}\nthreads: 1\nprecision: fp32\nmax_length: 64\n";
        return RunInputs.Open(RunSpecYaml.Parse(yaml, "run.yaml"), _folder.FullName, new DataFolder(_folder.FullName));
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
