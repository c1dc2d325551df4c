using System.Text.Json.Nodes;
using Alignment.Goldens;
using Alignment.Shared.Statistics;

namespace Alignment.Shared.Tests.Statistics;

/// <summary>Reads and compares the values of the stats goldens.</summary>
internal static class GoldenValues
{
    public static void Near(JsonObject one, string name, double actual, double rel) =>
        GoldenSuite.Near(name, actual, GoldenData.Number(one[name]), rel: rel);

    public static void Near(JsonObject one, string name, Interval actual, double rel) =>
        GoldenSuite.Near(name, [actual.Low, actual.High], Numbers(one[name]), rel: rel);

    public static void Near(JsonObject one, string name, SignificanceResult actual, double rel) => GoldenSuite.Near(
        name,
        [actual.Statistic, actual.PValue],
        one[name] is JsonObject named ? [GoldenData.Number(named["statistic"]), GoldenData.Number(named["p_value"])] : Numbers(one[name]),
        rel: rel);

    /// <summary>Where the reference raises an error, ours must refuse the arguments.</summary>
    public static void NearOrError(JsonObject one, string name, Func<double> actual, double rel)
    {
        if (one[name] is JsonObject error && error.ContainsKey("error"))
        {
            Assert.ThrowsAny<ArgumentException>(() => actual());
        }
        else
        {
            Near(one, name, actual(), rel);
        }
    }

    /// <summary>A value that no code compares must not pass unseen.</summary>
    public static GoldenDifference Uncompared(string name) => new($"no code compares '{name}'");

    public static double[] Numbers(JsonNode? node) => [.. node!.AsArray().Select(GoldenData.Number)];

    public static double[][] Table(JsonNode? node) => [.. node!.AsArray().Select(Numbers)];

    public static int[][] Rows(JsonNode? node) => [.. node!.AsArray().Select(row => row!.AsArray().Select(item => (int)item!).ToArray())];
}
