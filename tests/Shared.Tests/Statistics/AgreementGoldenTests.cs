using System.Text.Json.Nodes;
using Alignment.Goldens;
using Alignment.Shared.Statistics;
using static Alignment.Shared.Tests.Statistics.GoldenValues;

namespace Alignment.Shared.Tests.Statistics;

/// <summary>The cases of stats/agreement.json: one table of ratings each.</summary>
internal static class AgreementGoldenTests
{
    public static void Run(JsonObject one, double rel)
    {
        double[][] ratings = Table(one["ratings"]);
        foreach ((string name, JsonNode? value) in one)
        {
            switch (name)
            {
                case "id" or "ratings":
                    break;
                case "krippendorff_alpha":
                    Alphas(value!.AsObject(), ratings, rel);
                    break;
                case "irrCAC":
                    Coefficients(value!.AsObject(), ratings, rel);
                    break;
                case "fleiss_kappa":
                    NearOrError(one, name, () => FleissKappa.Fleiss(Counts(ratings)), rel);
                    break;
                case "randolph_kappa":
                    NearOrError(one, name, () => FleissKappa.Randolph(Counts(ratings)), rel);
                    break;
                case "percent_agreement_items":
                    Near(one, name, Ratings.PercentAgreement(ratings), rel);
                    break;
                case "pairs":
                    foreach (JsonNode? pair in value!.AsArray())
                    {
                        Pair(pair!.AsObject(), ratings, rel);
                    }

                    break;
                default:
                    throw Uncompared(name);
            }
        }
    }

    private static void Alphas(JsonObject levels, double[][] ratings, double rel)
    {
        foreach ((string level, _) in levels)
        {
            NearOrError(levels, level, () => KrippendorffAlpha.Alpha(ratings, Enum.Parse<MeasurementLevel>(level, ignoreCase: true)), rel);
        }
    }

    private static void Coefficients(JsonObject weightings, double[][] ratings, double rel)
    {
        foreach ((string weighting, JsonNode? methods) in weightings)
        {
            foreach ((string method, JsonNode? expected) in methods!.AsObject())
            {
                Func<double[][], CategoryWeighting, double[]?, AgreementCoefficient> compute = method switch
                {
                    "gwet" => ChanceCorrectedAgreement.Gwet,
                    "fleiss" => ChanceCorrectedAgreement.Fleiss,
                    "conger" => CongerKappa.Kappa,
                    "bp" => ChanceCorrectedAgreement.BrennanPrediger,
                    "krippendorff" => ChanceCorrectedAgreement.Krippendorff,
                    _ => throw Uncompared(method),
                };
                Labelled($"{weighting}/{method}", () => Coefficient(expected!.AsObject(), compute(ratings, Weighting(weighting), null), rel));
            }
        }
    }

    private static void Coefficient(JsonObject expected, AgreementCoefficient actual, double rel)
    {
        foreach ((string name, _) in expected)
        {
            switch (name)
            {
                case "coefficient_value":
                    Near(expected, name, actual.Value, rel);
                    break;
                case "pa":
                    Near(expected, name, actual.Observed, rel);
                    break;
                case "pe":
                    Near(expected, name, actual.Chance, rel);
                    break;
                case "se":
                    Near(expected, name, actual.StandardError, rel);
                    break;
                case "p_value":
                    Near(expected, name, actual.PValue, rel);
                    break;
                case "confidence_interval":
                    Near(expected, name, actual.Interval, rel);
                    break;
                default:
                    throw Uncompared(name);
            }
        }
    }

    private static void Pair(JsonObject pair, double[][] ratings, double rel)
    {
        int[] raters = [.. pair["raters"]!.AsArray().Select(rater => (int)rater!)];
        (double[] first, double[] second) = Ratings.Both(ratings, raters[0], raters[1]);
        Labelled($"raters {raters[0]} and {raters[1]}", () =>
        {
            foreach ((string name, JsonNode? value) in pair)
            {
                switch (name)
                {
                    case "raters":
                        break;
                    case "n":
                        Assert.Equal((int)value!, first.Length);
                        break;
                    case "percent_agreement":
                        Near(pair, name, CohenKappa.PercentAgreement(first, second), rel);
                        break;
                    case "cohen":
                        foreach ((string weighting, _) in value!.AsObject())
                        {
                            NearOrError(value.AsObject(), weighting, () => CohenKappa.Kappa(first, second, Weighting(weighting)), rel);
                        }

                        break;
                    case "kendall_tau_b":
                        Near(pair, name, Correlation.KendallTauB(first, second), rel);
                        break;
                    case "kendall_tau_c":
                        Near(pair, name, Correlation.KendallTauC(first, second), rel);
                        break;
                    case "spearman":
                        Near(pair, name, Correlation.Spearman(first, second), rel);
                        break;
                    case "pearson":
                        Near(pair, name, Correlation.Pearson(first, second), rel);
                        break;
                    default:
                        throw Uncompared(name);
                }
            }
        });
    }

    private static CategoryWeighting Weighting(string name) =>
        name == "None" ? CategoryWeighting.Identity : Enum.Parse<CategoryWeighting>(name, ignoreCase: true);

    private static int[][] Counts(double[][] ratings) => Ratings.Counts(ratings, Ratings.Categories(ratings));

    private static void Labelled(string label, Action compare)
    {
        try
        {
            compare();
        }
        catch (GoldenDifference difference)
        {
            throw new GoldenDifference($"{label}: {difference.Message}");
        }
    }
}
