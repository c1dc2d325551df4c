using System.Text.Json;
using System.Text.Json.Nodes;

using Alignment.Checkpoints;
using Alignment.Goldens;
using Alignment.Models;
using Alignment.Shared;

using static TorchSharp.torch;

namespace Alignment.Tests.Checkpoints;

public class LoadingGoldenTests
{
    private const string Suite = "loading";

    [Fact, Trait("suite", "golden")]
    public void Loading_EveryFolder_LeadsToItsOutcome()
    {
        Assert.SkipUnless(GoldenData.Has(Suite), "the folder has no loading suite");
        var suite = new GoldenSuite(Suite);
        using SafetensorsFile golden = SafetensorsFile.Open(GoldenData.At(Suite, "golden.safetensors"));
        foreach ((string name, JsonNode? expected) in GoldenData.Json(GoldenData.At(Suite, "expected.json")).AsObject())
        {
            string folder = GoldenData.At(Suite, name);
            suite.Case(name, Family(folder), () => Check(folder, expected!.AsObject(), golden, suite.Limit("logits_abs")));
        }

        suite.Finish();
    }

    private static (string, string)[] Family(string folder)
    {
        try
        {
            return [("families", GoldenData.Json(Path.Combine(folder, "config.json"))["model_type"]!.GetValue<string>())];
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return [];
        }
    }

    private static void Check(string folder, JsonObject expected, SafetensorsFile golden, double limit)
    {
        string outcome = expected["outcome"]!.GetValue<string>();
        string said = "";
        string reached = "error";
        try
        {
            using CausalModel model = CausalModel.Load(folder, ScalarType.Float32, CPU);
            said = model.Warning ?? "";
            reached = model.Warning is null ? "ok" : "ok_with_warning";
            if (outcome != "error")
            {
                CheckLogits(model, golden, Path.GetFileName(folder), expected["same_logits_as"]?.GetValue<string>(), limit);
            }
        }
        catch (UserError e)
        {
            said = e.Message;
        }

        Assert.True(outcome.Split("_or_").Contains(reached), $"{reached} instead of {outcome}: {said}");
        if (reached != "ok")
        {
            Assert.All(expected["must_name"]!.Deserialize<string[]>()!, part => Assert.Contains(part, said, StringComparison.Ordinal));
        }
    }

    private static void CheckLogits(CausalModel model, SafetensorsFile golden, string name, string? sameAs, double limit)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor ids = golden.Read("input_ids"); // [1, T]
        Tensor logits = model.Head.Logits(model.Decoder.Forward(ids, TokenLayout.Plain(1, (int)ids.shape[1], CPU))); // [1, T, V]
        foreach (string reference in new[] { name, sameAs }.OfType<string>().Select(reference => reference + ".logits").Where(golden.Has))
        {
            GoldenSuite.Near(reference, logits.Doubles(), golden.Read(reference).Doubles(), limit);
        }
    }
}
