using System.Text.Json;
using System.Text.Json.Nodes;

using Alignment.Checkpoints;
using Alignment.Goldens;
using Alignment.Native;

using static TorchSharp.torch;

namespace Alignment.Tests.Checkpoints;

public class RealGgufGoldenTests
{
    private const string Suite = "real";

    [Fact, Trait("suite", "golden")]
    public void RealGguf_EveryTensorAndEntry_IsAsRecorded()
    {
        Assert.SkipUnless(GoldenData.Has(Suite), "the folder has no real suite");
        var suite = new GoldenSuite("real/gguf");
        bool found = false;
        foreach (string folder in Directory.GetDirectories(GoldenData.At(Suite)).Where(folder => File.Exists(Path.Combine(folder, "gguf.json"))))
        {
            JsonObject config = GoldenData.Json(Path.Combine(folder, "config.json")).AsObject();
            string path = Path.Combine(GoldenData.Shared, "models", config["quantization_config"]!["gguf_file"]!.GetValue<string>());
            if (File.Exists(path))
            {
                found = true;
                RunFile(suite, path, GoldenData.Json(Path.Combine(folder, "gguf.json")).AsObject(), config);
            }
        }

        Assert.SkipUnless(found, $"the real model's file is not under {GoldenData.Shared}");
        suite.Finish();
    }

    private static void RunFile(GoldenSuite suite, string path, JsonObject expected, JsonObject config)
    {
        string id = Path.GetFileName(path);
        suite.Case($"{id}/file", [], () => Assert.Equal(expected["sha256"]!.GetValue<string>(), ModelHash.Of(path)));
        suite.Case($"{id}/metadata", [], () => CheckMetadata(path, expected));
        suite.Case($"{id}/config", [], () => CheckConfig(path, config));
        using GgufCheckpoint checkpoint = GgufCheckpoint.Open(path);
        suite.Case($"{id}/names", [], () => Assert.Equal(
            expected["tensors"]!.AsArray().Select(tensor => tensor!["checkpoint_name"]!.GetValue<string>()), checkpoint.Names));
        foreach (JsonObject tensor in expected["tensors"]!.AsArray().OfType<JsonObject>())
        {
            string type = tensor["ggml_type"]!.GetValue<string>();
            suite.Case($"{id}/{tensor["name"]}", [("options", $"gguf/{type}")], () => CheckTensor(suite, checkpoint, tensor));
        }
    }

    private static void CheckMetadata(string path, JsonObject expected)
    {
        using GgufFile file = GgufFile.Open(path);
        Assert.Equal(expected["alignment"]!.GetValue<long>(), file.Alignment);
        Assert.Equal(expected["data_start"]!.GetValue<long>(), file.DataStart);
        JsonObject metadata = expected["metadata"]!.AsObject();
        Assert.Equal(metadata.Select(entry => entry.Key).Where(key => !key.StartsWith("GGUF.", StringComparison.Ordinal)), file.Metadata.Keys);
        foreach ((string key, object value) in file.Metadata)
        {
            GgufValues.Check(key, value, metadata[key]!.AsObject());
        }
    }

    /// <summary>Every key that says something about the model; not where the file came from.</summary>
    private static void CheckConfig(string path, JsonObject expected)
    {
        using GgufCheckpoint checkpoint = GgufCheckpoint.Open(path);
        string[] aboutTheFile = ["_model_name_or_path", "quantization_config", "transformers_version"];
        foreach ((string key, JsonNode? value) in expected.Where(entry => !aboutTheFile.Contains(entry.Key)))
        {
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(checkpoint.Config[key]?.ToJsonString() ?? "null"), value),
                $"{key}: {checkpoint.Config[key]?.ToJsonString()} instead of {value?.ToJsonString()}");
        }
    }

    private static void CheckTensor(GoldenSuite suite, GgufCheckpoint checkpoint, JsonObject expected)
    {
        using var scope = NewDisposeScope();
        double limit = suite.Limit("gguf_values_abs");
        double sumLimit = suite.Limit("gguf_sums_rel");
        GgufTensor entry = checkpoint.File.Find(expected["name"]!.GetValue<string>());
        Assert.Equal(expected["ggml_type"]!.GetValue<string>(), entry.Type);
        Assert.Equal(expected["shape"]!.Deserialize<long[]>()!, entry.Shape);
        Assert.Equal((expected["bytes"]!.GetValue<long>(), expected["data_offset"]!.GetValue<long>()), (entry.Bytes, entry.Offset));
        Tensor values = checkpoint.File.Read(entry.Name).to(ScalarType.Float64);
        First("first", values);
        GoldenSuite.Near("sum", Sum(values), expected["sum"]!.GetValue<double>(), rel: sumLimit);
        GoldenSuite.Near("abs_sum", Sum(values.abs()), expected["abs_sum"]!.GetValue<double>(), rel: sumLimit);
        GoldenSuite.Near("mean", Sum(values) / values.numel(), expected["mean"]!.GetValue<double>(), rel: sumLimit);
        GoldenSuite.Near("std", values.std(unbiased: false).item<double>(), expected["std"]!.GetValue<double>(), rel: sumLimit);
        if (expected["rows_permuted"]!.GetValue<bool>())
        {
            Tensor read = checkpoint.Read(expected["checkpoint_name"]!.GetValue<string>(), ScalarType.Float64, CPU);
            First("checkpoint_first", read);
            First("checkpoint_row_1_first", read[1]);
        }

        void First(string name, Tensor tensor)
        {
            double[] first = expected[name]!.Deserialize<double[]>()!;
            GoldenSuite.Near(name, tensor.flatten().narrow(0, 0, first.Length).data<double>().ToArray(), first, limit);
        }
    }

    private static double Sum(Tensor values) => values.SumAll().item<double>();
}
