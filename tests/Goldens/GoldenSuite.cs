using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Alignment.Goldens;

/// <summary>
/// One run over all cases of a suite. Cases come from the files, never from code. A case one of whose names stands in
/// tests/Goldens/unsupported.json is skipped with the reason given there; every other case must run and pass.
/// </summary>
/// <example><code>
/// var suite = new GoldenSuite("losses");
/// foreach (...) suite.Case("pairwise.trl1/sigmoid", [("losses", "sigmoid")], () => { suite.Near(...); });
/// suite.Finish();
/// </code></example>
internal sealed class GoldenSuite(string name)
{
    private static readonly JsonObject UnsupportedNames =
        GoldenData.Json(Path.Combine(GoldenData.Repository, "tests", "Goldens", "unsupported.json")).AsObject();

    private readonly SortedDictionary<string, int> _skipped = new(StringComparer.Ordinal);
    private readonly List<string> _failures = [];
    private int _executed;
    private int _total;

    /// <summary>The suite's block of tolerances.json.</summary>
    public double Limit(string limit) => GoldenData.Limit(name.Split('/')[0], limit);

    /// <summary>Why a name of a kind (families, trainers, losses, options, conventions) is not supported yet; null when it is.</summary>
    public static string? Unsupported(string kind, string value) => UnsupportedNames[kind]?[value]?.GetValue<string>();

    /// <summary>Runs one case, unless one of its names is unsupported. A failure is collected, so that all cases run.</summary>
    public void Case(string id, IEnumerable<(string Kind, string Value)> names, Action run)
    {
        _total++;
        foreach ((string kind, string value) in names)
        {
            if (Unsupported(kind, value) is string reason)
            {
                string key = $"{kind}/{value}: {reason}";
                _skipped[key] = _skipped.GetValueOrDefault(key) + 1;
                return;
            }
        }

        _executed++;
        try
        {
            run();
        }
        catch (Exception e)
        {
            _failures.Add($"{id}: {(e is GoldenDifference or Xunit.Sdk.XunitException ? e.Message : e.ToString())}");
        }
    }

    /// <summary>Prints executed, skipped by reason and total; fails when a case failed or nothing could run.</summary>
    public void Finish()
    {
        var report = new StringBuilder();
        report.Append(CultureInfo.InvariantCulture, $"golden suite {name}: {_executed} executed, {_skipped.Values.Sum()} skipped, {_total} total ({GoldenData.Root})\n");
        foreach ((string reason, int count) in _skipped)
        {
            report.Append(CultureInfo.InvariantCulture, $"  skipped {count}: {reason}\n");
        }

        Console.Write(report);
        if (_failures.Count > 0)
        {
            Assert.Fail($"{report}{_failures.Count} of {_executed} cases failed:\n" + string.Join('\n', _failures.Take(40)));
        }

        if (_executed == 0)
        {
            Assert.Fail($"{report}no case was executed");
        }
    }

    /// <summary>Fails unless |actual − expected| ≤ abs + rel·|expected|; NaN equals NaN, infinities must be equal.</summary>
    public static void Near(string what, double actual, double expected, double abs = 1e-12, double rel = 0)
    {
        if (double.IsNaN(expected) ? double.IsNaN(actual)
            : double.IsInfinity(expected) ? actual == expected
            : Math.Abs(actual - expected) <= abs + rel * Math.Abs(expected))
        {
            return;
        }

        throw new GoldenDifference(string.Create(CultureInfo.InvariantCulture,
            $"{what}: {actual:R} instead of {expected:R}, difference {Math.Abs(actual - expected):G3} > {abs:G3} + {rel:G3}·|expected|"));
    }

    /// <summary><see cref="Near(string, double, double, double, double)"/> element by element.</summary>
    public static void Near(string what, IReadOnlyList<double> actual, IReadOnlyList<double> expected, double abs = 1e-12, double rel = 0)
    {
        if (actual.Count != expected.Count)
        {
            throw new GoldenDifference($"{what}: {actual.Count} values instead of {expected.Count}");
        }

        for (int i = 0; i < actual.Count; i++)
        {
            Near($"{what}[{i}]", actual[i], expected[i], abs, rel);
        }
    }
}

/// <summary>A value that differs from its golden by more than the limit.</summary>
internal sealed class GoldenDifference(string message) : Exception(message);
