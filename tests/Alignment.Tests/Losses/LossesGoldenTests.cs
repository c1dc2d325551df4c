using System.Text.Json.Nodes;

using Alignment.Goldens;
using Alignment.Losses;

using static TorchSharp.torch;

namespace Alignment.Tests.Losses;

public class LossesGoldenTests
{
    [Fact, Trait("suite", "golden")]
    public void Losses_AgainstTrl_Agree()
    {
        Assert.SkipUnless(GoldenData.Has("losses"), "no losses in " + GoldenData.Root);
        var suite = new GoldenSuite("losses");
        foreach (string path in Directory.GetFiles(GoldenData.At("losses"), "*.json").Order(StringComparer.Ordinal))
        {
            string file = Path.GetFileNameWithoutExtension(path);
            JsonNode json = GoldenData.Json(path);
            if (json["cases"] is JsonArray cases)
            {
                foreach (JsonNode? item in cases)
                {
                    RunSequenceCase(suite, file, json, item!);
                }
            }
            else
            {
                TokenCases.Run(suite, file, json);
            }
        }

        suite.Finish();
    }

    private static void RunSequenceCase(GoldenSuite suite, string file, JsonNode json, JsonNode item)
    {
        JsonNode? parameters = item["params"];
        string[] losses = item["kind"]!.GetValue<string>() == "sum"
            ? [.. parameters!["loss_types"]!.AsArray().Select(kind => kind!.GetValue<string>())]
            : [NameOf(item)];
        IEnumerable<(string, string)> names = losses.Select(name => ("losses", name)).Concat(OptionsOf(parameters));
        suite.Case($"{file}/{item["id"]}", names, () => ComparePairs(suite, file, json, item, losses));
    }

    /// <summary>Sigmoid with label smoothing is the conservative loss.</summary>
    private static string NameOf(JsonNode item)
    {
        string kind = item["kind"]!.GetValue<string>();
        return kind == "sigmoid" && item["params"]?["label_smoothing"] is not null ? "cdpo" : kind;
    }

    private static IEnumerable<(string, string)> OptionsOf(JsonNode? parameters) =>
        new[] { "f_divergence", "reference_free", "use_weighting", "ld_alpha", "rpo_alpha" }
            .Where(option => parameters is JsonObject given && given.ContainsKey(option)).Select(option => ("options", "losses/" + option));

    private static void ComparePairs(GoldenSuite suite, string file, JsonNode json, JsonNode item, string[] names)
    {
        using var scope = NewDisposeScope();
        bool narrow = item["dtype"]!.GetValue<string>() == "float32";
        ScalarType dtype = narrow ? ScalarType.Float32 : ScalarType.Float64;
        double rel = suite.Limit(narrow ? "float32_rel" : "float64_rel");
        double abs = narrow ? 1e-7 : 1e-12;
        JsonNode inputs = json["inputs"]![item["set"]!.GetValue<string>()]!;
        Tensor Input(string name) => TensorValues.Vector(Numbers(inputs[name]), dtype);
        bool summed = file.EndsWith("trl0", StringComparison.Ordinal); // the summed convention of IPO
        Tensor Lengths(string name) => summed ? ones_like(Input(name)) : Input(name);
        var logps = new PairLogps(
            Input("chosen_logps"), Input("rejected_logps"), Input("ref_chosen_logps"), Input("ref_rejected_logps"),
            Lengths("chosen_len"), Lengths("rejected_len"));
        var options = new PairLossOptions(
            item["params"]!["beta"]!.GetValue<double>(), item["params"]!["label_smoothing"]?.GetValue<double>() ?? 0);
        double[] weights = item["params"]!["loss_weights"] is JsonArray given ? Numbers(given) : [1];
        PairLossResult result = PairLosses.Sum([.. names.Zip(weights, (name, weight) => (PairLossesTests.Find(name), weight))], logps, options);

        void Same(string what, IReadOnlyList<double> actual, JsonNode? expected) => GoldenSuite.Near(what, actual, Numbers(expected), abs, rel);
        if (item["per_item"]!.AsArray().Count > 0)
        {
            Same("per_item", result.PerPair.Doubles(), item["per_item"]);
        }

        double[] chosen = result.ChosenRewards.Doubles();
        double[] rejected = result.RejectedRewards.Doubles();
        double[] gradChosen = (result.GradChosen / logps.PolicyChosen.shape[0]).Doubles();
        double[] gradRejected = (result.GradRejected / logps.PolicyChosen.shape[0]).Doubles();
        GoldenSuite.Near("loss", result.PerPair.mean().Double(), GoldenData.Number(item["loss"]), abs, rel);
        Same("chosen_rewards", chosen, item["chosen_rewards"]);
        Same("rejected_rewards", rejected, item["rejected_rewards"]);
        Same("margins", [.. chosen.Zip(rejected, (c, r) => c - r)], item["margins"]);
        Same("accuracies", [.. chosen.Zip(rejected, (c, r) => c > r ? 1.0 : 0.0)], item["accuracies"]);
        JsonNode grad = item["grad"]!;
        Same("grad.chosen_logps", gradChosen, grad["chosen_logps"]);
        Same("grad.rejected_logps", gradRejected, grad["rejected_logps"]);
        Same("grad.ref_chosen_logps", [.. gradChosen.Select(value => -value)], grad["ref_chosen_logps"]);
        Same("grad.ref_rejected_logps", [.. gradRejected.Select(value => -value)], grad["ref_rejected_logps"]);
    }

    private static double[] Numbers(JsonNode? array) => [.. array!.AsArray().Select(GoldenData.Number)];
}
