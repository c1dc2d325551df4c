using System.Text.Json.Nodes;
using Alignment.Goldens;
using Alignment.Shared.Statistics;
using static Alignment.Shared.Tests.Statistics.GoldenValues;

namespace Alignment.Shared.Tests.Statistics;

/// <summary>The cases of stats/calibration.json: a reward model, scores with ties, a judge that saw both orders.</summary>
internal static class CalibrationGoldenTests
{
    public static void Run(JsonObject one, double rel, double iteratedRel)
    {
        Action compare = one.ContainsKey("rewards_chosen") ? () => RewardModel(one, rel, iteratedRel)
            : one.ContainsKey("scores") ? () => Near(one, "auc", ProbabilityScores.Auc(Numbers(one["scores"]), Labels(one)), rel)
            : one.ContainsKey("forward") ? () => Positions(one, rel)
            : throw new GoldenDifference("no code for a case of this form");
        compare();
    }

    private static void RewardModel(JsonObject one, double rel, double iteratedRel)
    {
        double[] margins = Samples.Differences(Numbers(one["rewards_chosen"]), Numbers(one["rewards_rejected"])), logits = Numbers(one["logits"]);
        bool[] labels = Labels(one);
        double[] probabilities = LogitScaling.Probabilities(logits);
        var wins = WinRate.OfMargins(margins);
        double temperature = LogitScaling.Temperature(logits, labels);
        foreach ((string name, _) in one)
        {
            switch (name)
            {
                case "id" or "source" or "rewards_chosen" or "rewards_rejected" or "logits" or "labels":
                    break;
                case "accuracy_strict":
                    Near(one, name, (double)wins.Wins / wins.Count, rel);
                    break;
                case "accuracy_ties_half":
                    Near(one, name, wins.Rate, rel);
                    break;
                case "mean_margin":
                    Near(one, name, Samples.Mean(margins), rel);
                    break;
                case "auc":
                    Near(one, name, ProbabilityScores.Auc(logits, labels), rel);
                    break;
                case "brier":
                    Near(one, name, ProbabilityScores.Brier(probabilities, labels), rel);
                    break;
                case "log_loss":
                    Near(one, name, ProbabilityScores.LogLoss(probabilities, labels), rel);
                    break;
                case "mcc_at_half":
                    Near(one, name, ProbabilityScores.MatthewsAtHalf(probabilities, labels), rel);
                    break;
                case "ece_10" or "ece_15":
                    Bins(one, name, CalibrationError.OfEqualWidth(probabilities, labels, BinCount(one, name)), rel);
                    break;
                case "ece_equal_mass_10":
                    Bins(one, name, CalibrationError.OfEqualMass(probabilities, labels, BinCount(one, name)), rel);
                    break;
                case "ece_10_after":
                    Bins(one, name, CalibrationError.OfEqualWidth(LogitScaling.Probabilities(logits, 1 / temperature), labels, BinCount(one, name)), iteratedRel);
                    break;
                case "temperature":
                    Near(one, name, temperature, iteratedRel);
                    break;
                case "nll_before":
                    Near(one, name, LogitScaling.NegativeLogLikelihood(logits, labels), rel);
                    break;
                case "nll_after":
                    Near(one, name, LogitScaling.NegativeLogLikelihood(logits, labels, 1 / temperature), iteratedRel);
                    break;
                case "platt":
                    Platt(Numbers(one[name]), logits, labels, iteratedRel);
                    break;
                default:
                    throw Uncompared(name);
            }
        }
    }

    // The reference's BFGS takes gradients from differences of 1.5e-8, which moves its parameters by about 1e-8 of the larger
    // one, whatever their own size: they are compared relative to the larger, and our fit must be at least as likely.
    private static void Platt(double[] expected, double[] logits, bool[] labels, double rel)
    {
        (double slope, double intercept) = LogitScaling.Platt(logits, labels);
        double reached = LogitScaling.NegativeLogLikelihood(logits, labels, slope, intercept);
        double reference = LogitScaling.NegativeLogLikelihood(logits, labels, expected[0], expected[1]);
        GoldenSuite.Near("platt", [slope, intercept], expected, abs: rel * expected.Max(Math.Abs));
        Assert.True(reached <= reference + 1e-14, $"platt: {reached:R} is less likely than the reference's {reference:R}");
    }

    private static void Bins(JsonObject one, string name, CalibrationError actual, double rel)
    {
        JsonObject expected = one[name]!.AsObject();
        foreach ((string part, _) in expected)
        {
            switch (part)
            {
                case "ece":
                    Near(expected, part, actual.Expected, rel);
                    break;
                case "mce":
                    Near(expected, part, actual.Maximum, rel);
                    break;
                case "bins_n_confidence_accuracy":
                    GoldenSuite.Near(
                        $"{name}.{part}",
                        [.. actual.Bins.SelectMany(bin => (double[])[bin.Count, bin.Confidence, bin.Accuracy])],
                        [.. Table(expected[part]).SelectMany(bin => bin)],
                        rel: rel);
                    break;
                default:
                    throw Uncompared($"{name}.{part}");
            }
        }
    }

    private static void Positions(JsonObject one, double rel)
    {
        var bias = PositionBias.Of(Shown(one["forward"]), Shown(one["backward"]));
        foreach ((string name, _) in one)
        {
            double? actual = name switch
            {
                "id" or "source" or "forward" or "backward" => null,
                "consistency_rate" => bias.Consistency,
                "first_position_rate" => bias.FirstPosition,
                "second_position_rate" => bias.SecondPosition,
                "flipped_to_first" => bias.FlippedToFirst,
                "flipped_to_second" => bias.FlippedToSecond,
                "win_rate_a_debiased" => bias.DebiasedWinRate,
                "win_rate_a_conservative" => bias.ConservativeWinRate,
                _ => throw Uncompared(name),
            };
            if (actual is double value)
            {
                Near(one, name, value, rel);
            }
        }
    }

    private static int BinCount(JsonObject one, string name) => one[name]!["bins_n_confidence_accuracy"]!.AsArray().Count;

    private static bool[] Labels(JsonObject one) => [.. one["labels"]!.AsArray().Select(label => (int)label! == 1)];

    private static ShownPreference[] Shown(JsonNode? node) => [.. node!.AsArray().Select(shown => Enum.Parse<ShownPreference>((string)shown!, ignoreCase: true))];
}
