using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Alignment.Goldens;
using Alignment.Shared.Statistics;
using static Alignment.Shared.Tests.Statistics.GoldenValues;

namespace Alignment.Shared.Tests.Statistics;

public sealed partial class StatsGoldenTests
{
    private const string Suite = "stats";

    [Fact, Trait("suite", "golden")]
    public void Stats_EveryCase_MatchesTheReference()
    {
        Assert.SkipUnless(GoldenData.Has(Suite), "the folder has no such suite");
        var suite = new GoldenSuite(Suite);
        foreach (string path in Directory.GetFiles(GoldenData.At(Suite), "*.json").Order(StringComparer.Ordinal))
        {
            string file = Path.GetFileNameWithoutExtension(path);
            JsonNode[] cases = GoldenData.Json(path)["cases"] is JsonArray array ? [.. array.Select(node => node!)] : [GoldenData.Json(path)];
            foreach (JsonNode one in cases)
            {
                suite.Case($"{file}/{one["id"]}", [("options", $"{Suite}/{file}")], () => Run(file, one.AsObject(), suite));
            }
        }

        suite.Finish();
    }

    private static void Run(string file, JsonObject one, GoldenSuite suite)
    {
        double rel = suite.Limit("closed_form_rel");
        switch (file)
        {
            case "agreement":
                AgreementGoldenTests.Run(one, rel);
                break;
            case "calibration":
                CalibrationGoldenTests.Run(one, rel, suite.Limit("iterated_rel"));
                break;
            case "intervals":
                IntervalsAndTests(one, rel);
                break;
            default:
                throw new GoldenDifference($"no code for {file}.json");
        }
    }

    private static void IntervalsAndTests(JsonObject one, double rel)
    {
        Action<JsonObject, double> run = one.ContainsKey("wilson") ? Proportion
            : one.ContainsKey("outcomes") ? WinRates
            : one.ContainsKey("indices") ? Bootstraps
            : one.ContainsKey("signs") ? SignFlips
            : one.ContainsKey("table") ? McNemar
            : one.ContainsKey("paired_t") ? Tests
            : one.ContainsKey("p") ? Corrections
            : throw new GoldenDifference("no code for a case of this form");
        run(one, rel);
    }

    private static void Proportion(JsonObject one, double rel)
    {
        double wins = GoldenData.Number(one["wins"]), trials = GoldenData.Number(one["n"]), alpha = GoldenData.Number(one["alpha"]);
        Near(one, "wilson", Intervals.Wilson(wins, trials, alpha), rel);
        Near(one, "normal", Intervals.Normal(wins, trials, alpha), rel);
        Near(one, "agresti_coull", Intervals.AgrestiCoull(wins, trials, alpha), rel);
        Near(one, "beta", Intervals.ClopperPearson(wins, trials, alpha), rel);
        Near(one, "jeffreys", Intervals.Jeffreys(wins, trials, alpha), rel);
    }

    private static void WinRates(JsonObject one, double rel)
    {
        var rate = WinRate.Of(Numbers(one["outcomes"]));
        Assert.Equal((int)one["wins"]!, rate.Wins);
        Assert.Equal((int)one["ties"]!, rate.Ties);
        Assert.Equal((int)one["losses"]!, rate.Losses);
        Near(one, "win_rate", rate.Rate, rel);
        Near(one, "standard_error", rate.StandardError, rel);
        Near(one, "net_win_rate", rate.Net, rel);
        Near(one, "normal_ci_95", rate.Normal(), rel);
        Near(one, "t_ci_95", rate.Student(), rel);
        Near(one, "wilson_of_half_counts", rate.Wilson(), rel);
    }

    private static void Bootstraps(JsonObject one, double rel)
    {
        double[] x = Numbers(one["x"]), y = Numbers(one["y"]), quantiles = Numbers(one["quantiles"]);
        int[][] indices = Rows(one["indices"]);
        double[] means = Bootstrap.Means(x, indices), paired = Bootstrap.Means(Samples.Differences(y, x), indices);
        double mean = Samples.Mean(x);
        double[] jackknife = Bootstrap.JackknifeMeans(x);
        GoldenSuite.Near("bootstrap_means", means, Numbers(one["bootstrap_means"]), rel: rel);
        GoldenSuite.Near("paired_difference", paired, Numbers(one["paired_difference"]), rel: rel);
        GoldenSuite.Near("percentile", [.. quantiles.Select(q => Samples.Quantile(means, q))], Numbers(one["percentile"]), rel: rel);
        GoldenSuite.Near("paired_percentile", [.. quantiles.Select(q => Samples.Quantile(paired, q))], Numbers(one["paired_percentile"]), rel: rel);
        Near(one, "basic_95", Bootstrap.Basic(means, mean), rel);
        Near(one, "standard_error", Bootstrap.StandardError(means), rel);
        Near(one, "paired_p_two_sided", Bootstrap.TwoSidedP(paired), rel);
        Near(one, "bca_z0", Bootstrap.BiasCorrection(means, mean), rel);
        Near(one, "bca_acceleration", Bootstrap.Acceleration(jackknife), rel);
        Near(one, "bca_95", Bootstrap.Bca(means, mean, jackknife), rel);
    }

    private static void SignFlips(JsonObject one, double rel) =>
        Near(one, "p_value", SignificanceTests.SignFlip(Samples.Differences(Numbers(one["y"]), Numbers(one["x"])), Rows(one["signs"])), rel);

    private static void McNemar(JsonObject one, double rel)
    {
        int[][] table = Rows(one["table"]);
        int first = table[0][1], second = table[1][0];
        Near(one, "exact", SignificanceTests.McNemarExact(first, second), rel);
        Near(one, "chi2", SignificanceTests.McNemarChiSquare(first, second, corrected: false), rel);
        Near(one, "chi2_corrected", SignificanceTests.McNemarChiSquare(first, second, corrected: true), rel);
    }

    private static void Tests(JsonObject one, double rel)
    {
        double[] x = Numbers(one["x"]), y = Numbers(one["y"]);
        Near(one, "paired_t", SignificanceTests.PairedT(x, y), rel);
        Near(one, "welch_t", SignificanceTests.WelchT(x, y), rel);
        Near(one, "wilcoxon", Wilcoxon.SignedRank(x, y), rel);
        foreach ((string name, JsonNode? value) in one)
        {
            int[] counts = [.. Digits().Matches(name).Select(match => int.Parse(match.Value, CultureInfo.InvariantCulture))];
            if (name.StartsWith("binomial_", StringComparison.Ordinal))
            {
                GoldenSuite.Near(name, SignificanceTests.Binomial(counts[0], counts[1]), GoldenData.Number(value), rel: rel);
            }
            else if (name.StartsWith("two_proportions_", StringComparison.Ordinal))
            {
                Near(one, name, SignificanceTests.TwoProportions(counts[0], counts[1], counts[2], counts[3]), rel);
            }
        }
    }

    private static void Corrections(JsonObject one, double rel)
    {
        double[] p = Numbers(one["p"]);
        GoldenSuite.Near("bonferroni", MultipleTests.Bonferroni(p), Numbers(one["bonferroni"]), rel: rel);
        GoldenSuite.Near("holm", MultipleTests.Holm(p), Numbers(one["holm"]), rel: rel);
        GoldenSuite.Near("fdr_bh", MultipleTests.BenjaminiHochberg(p), Numbers(one["fdr_bh"]), rel: rel);
    }

    [GeneratedRegex(@"\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();
}
