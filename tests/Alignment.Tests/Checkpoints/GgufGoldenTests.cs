using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

using Alignment.Checkpoints;
using Alignment.Goldens;
using Alignment.Shared;

using static TorchSharp.torch;

namespace Alignment.Tests.Checkpoints;

public class GgufGoldenTests
{
    private const string Suite = "gguf";

    [Fact, Trait("suite", "golden")]
    public void Gguf_EveryCase_LeadsToWhatItsPageSays()
    {
        Assert.SkipUnless(GoldenData.Has(Suite), "the folder has no gguf suite");
        var suite = new GoldenSuite(Suite);
        RunFiles(suite);
        RunBroken(suite);
        RunWrite(suite);
        suite.Finish();
    }

    private static void RunFiles(GoldenSuite suite)
    {
        JsonObject files = GoldenData.Json(GoldenData.At(Suite, "expected.json"))["files"]!.AsObject();
        using SafetensorsFile values = SafetensorsFile.Open(GoldenData.At(Suite, "expected.safetensors"));
        foreach ((string name, JsonNode? node) in files)
        {
            JsonObject expected = node!.AsObject();
            string path = GoldenData.At(Suite, name);
            suite.Case($"{name}/metadata", [], () => CheckFile(path, expected));
            foreach (JsonObject tensor in expected["tensors"]!.AsArray().OfType<JsonObject>())
            {
                string type = tensor["ggml_type"]!.GetValue<string>();
                suite.Case($"{name}/{tensor["name"]}", [("options", $"gguf/{type}")], () => CheckTensor(path, tensor, values, suite.Limit("values_abs")));
            }
        }
    }

    private static void CheckFile(string path, JsonObject expected)
    {
        using GgufFile file = GgufFile.Open(path);
        Assert.Equal(expected["version"]!.GetValue<long>(), file.Version);
        Assert.Equal(expected["alignment"]!.GetValue<long>(), file.Alignment);
        Assert.Equal(expected["data_start"]!.GetValue<long>(), file.DataStart);
        Assert.Equal(expected["tensors"]!.AsArray().Select(tensor => tensor!["name"]!.GetValue<string>()), file.Tensors.Select(tensor => tensor.Name));
        JsonObject metadata = expected["metadata"]!.AsObject();
        Assert.Equal(metadata.Select(entry => entry.Key).Where(key => !key.StartsWith("GGUF.", StringComparison.Ordinal)), file.Metadata.Keys);
        foreach ((string key, object value) in file.Metadata)
        {
            GgufValues.Check(key, value, metadata[key]!.AsObject());
        }
    }

    private static void CheckTensor(string path, JsonObject expected, SafetensorsFile values, double limit)
    {
        using var scope = NewDisposeScope();
        using GgufFile file = GgufFile.Open(path);
        GgufTensor tensor = file.Find(expected["name"]!.GetValue<string>());
        Assert.Equal(expected["ggml_type"]!.GetValue<string>(), tensor.Type);
        Assert.Equal(expected["ggml_type_number"]!.GetValue<uint>(), tensor.TypeNumber);
        Assert.Equal(expected["shape"]!.Deserialize<long[]>()!, tensor.Shape);
        Assert.Equal(expected["ne"]!.Deserialize<long[]>()!, tensor.Shape.Reverse());
        Assert.Equal(expected["bytes"]!.GetValue<long>(), tensor.Bytes);
        Assert.Equal(expected["data_offset"]!.GetValue<long>(), tensor.Offset);
        byte[] raw = File.ReadAllBytes(path)[(int)tensor.Offset..(int)(tensor.Offset + tensor.Bytes)];
        Assert.Equal(expected["sha256"]!.GetValue<string>(), Convert.ToHexStringLower(SHA256.HashData(raw)));
        GgufValues.Equal(tensor.Name, file.Read(tensor.Name), values.Read(tensor.Name), limit);
    }

    private static void RunBroken(GoldenSuite suite)
    {
        string folder = GoldenData.At(Suite, "broken");
        foreach ((string name, JsonNode? expected) in GoldenData.Json(Path.Combine(folder, "expected.json")).AsObject())
        {
            suite.Case($"broken/{name}", [], () => CheckBroken(folder, name, expected!.AsObject(), suite.Limit("values_abs")));
        }
    }

    private static void CheckBroken(string folder, string name, JsonObject expected, double limit)
    {
        using var scope = NewDisposeScope();
        string outcome = expected["outcome"]!.GetValue<string>();
        try
        {
            using GgufFile file = GgufFile.Open(Path.Combine(folder, name));
            Assert.NotEqual("error", outcome);
            string reference = expected["same_tensors_as"]?.GetValue<string>() ?? name;
            using SafetensorsFile values = SafetensorsFile.Open(Path.Combine(folder, Path.ChangeExtension(reference, ".safetensors")));
            Assert.Equal(values.Names.Order(), file.Tensors.Select(tensor => tensor.Name).Order());
            foreach (string tensor in values.Names)
            {
                GgufValues.Equal(tensor, file.Read(tensor), values.Read(tensor), limit);
            }
        }
        catch (UserError e)
        {
            Assert.True(outcome != "ok", e.Message);
            Assert.All(expected["must_name"]!.Deserialize<string[]>()!, part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
        }
    }

    private static void RunWrite(GoldenSuite suite)
    {
        using SafetensorsFile quantised = SafetensorsFile.Open(GoldenData.At(Suite, "write", "quantised.safetensors"));
        foreach (string name in quantised.Names.Where(name => name.EndsWith(".bytes", StringComparison.Ordinal)))
        {
            suite.Case($"write/{name}", [("options", "gguf/write")], () => Assert.Fail("there is no writer"));
        }
    }
}

/// <summary>Compares metadata and values with the forms of the gguf goldens.</summary>
internal static class GgufValues
{
    /// <summary>Fails unless all elements differ by at most the limit; the sign of a zero does not count.</summary>
    public static void Equal(string what, Tensor actual, Tensor expected, double limit)
    {
        Assert.Equal(expected.shape, actual.shape);
        double[] a = actual.to(ScalarType.Float64).data<double>().ToArray();
        double[] b = expected.to(ScalarType.Float64).data<double>().ToArray();
        GoldenSuite.Near(what, a, b, limit);
    }

    /// <summary>Fails unless a metadata value has the types and the value of <c>{"types": […], "value": …}</c>.</summary>
    public static void Check(string key, object value, JsonObject expected)
    {
        Assert.Equal(expected["types"]!.Deserialize<string[]>()!, Types(value));
        if (value is not Array items)
        {
            Assert.True(Same(value, expected["value"]!), $"{key}: {value} instead of {expected["value"]}");
            return;
        }

        object[] all = [.. items.Cast<object>()];
        if (expected["value"] is JsonArray plain)
        {
            AssertSame(key, all, plain);
            return;
        }

        JsonObject digest = expected["value"]!.AsObject();
        Assert.Equal(digest["length"]!.GetValue<int>(), all.Length);
        JsonArray first = digest["first"]!.AsArray();
        JsonArray last = digest["last"]!.AsArray();
        AssertSame(key, all[..first.Count], first);
        AssertSame(key, all[^last.Count..], last);
        string joined = string.Join('\0', all.Select(item => Convert.ToString(item, CultureInfo.InvariantCulture)));
        Assert.Equal(digest["sha256_joined_by_nul"]!.GetValue<string>(), Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(joined))));
    }

    private static void AssertSame(string key, object[] actual, JsonArray expected)
    {
        Assert.Equal(expected.Count, actual.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.True(Same(actual[i], expected[i]!), $"{key}[{i}]: {actual[i]} instead of {expected[i]}");
        }
    }

    private static string[] Types(object value)
    {
        if (value is not Array items)
        {
            return [Name(value.GetType())!];
        }

        string? item = Name(items.GetType().GetElementType()!);
        return ["ARRAY", .. item is not null ? [item] : items.Length == 0 ? [] : Types(items.GetValue(0)!)];
    }

    private static string? Name(Type type) => type.Name switch
    {
        "Byte" => "UINT8",
        "SByte" => "INT8",
        "Single" => "FLOAT32",
        "Double" => "FLOAT64",
        "Boolean" => "BOOL",
        "Object" => null,
        string name => name.ToUpperInvariant(),
    };

    private static bool Same(object actual, JsonNode expected) => actual switch
    {
        string text => expected.GetValue<string>() == text,
        bool flag => expected.GetValue<bool>() == flag,
        float number => GoldenData.Number(expected).Equals((double)number),
        double number => GoldenData.Number(expected).Equals(number),
        object[] nested => expected is JsonArray array && array.Count == nested.Length && nested.Zip(array).All(pair => Same(pair.First, pair.Second!)),
        _ => Convert.ToDecimal(actual, CultureInfo.InvariantCulture) == decimal.Parse(expected.ToJsonString(), CultureInfo.InvariantCulture),
    };
}
