using System.Text.Json.Nodes;
using Alignment.Goldens;

namespace Alignment.EndToEnd.Tests;

/// <summary>
/// Preferences in, a measurably better model out, through the two command lines alone: the demo model learns from the demo
/// pairs what its rule asks for; with swapped labels it unlearns it, with labels by chance it stays what it was.
/// </summary>
public class DemoRunTests(DemoRunTests.Demo demo) : IClassFixture<DemoRunTests.Demo>
{
    private static readonly string Root = GoldenData.Repository;
    private static readonly string Pairs = Path.Combine(Root, "data", "demo", "pairs.jsonl");
    private static readonly string Model = Path.Combine(Root, "data", "models", "demo");

    [Fact]
    public void Dpo_DemoPairs_RaiseTheAcceptedShareAndLoseNothing()
    {
        Scores learned = Train(demo.Run, "pairs", File.ReadAllText(Pairs));
        string all = Report("learned", learned);

        Assert.True(demo.Before.Accepted <= 0.5, all);
        Assert.True(learned.Accepted >= 0.8, all);
        Assert.True(learned.OnTopic >= demo.Before.OnTopic, all);
        Assert.True(learned.Distinct2 >= demo.Before.Distinct2, all);
    }

    [Fact]
    public void Dpo_SwappedLabels_EndBelowTheBase()
    {
        Scores swapped = Train(demo.Run, "swapped", Relabel(_ => true));

        Assert.True(swapped.Accepted < demo.Before.Accepted, Report("swapped", swapped));
    }

    [Fact]
    public void Dpo_LabelsByChance_StayWithinTenPoints()
    {
        string[] lines = File.ReadAllLines(Pairs);
        bool[] turned = [.. lines.Select((_, i) => i % 2 == 0)];
        new Random(1).Shuffle(turned);
        Scores shuffled = Train(demo.Run, "shuffled", Relabel(i => turned[i]));

        Assert.True(Math.Abs(shuffled.Accepted - demo.Before.Accepted) <= 0.1 + 1e-9, Report("shuffled", shuffled));
    }

    private string Report(string name, Scores scores)
    {
        string text = $"before {demo.Before}, {name} {scores}";
        Console.WriteLine(text);
        return text;
    }

    private static Scores Train(CommandLines run, string name, string pairs)
    {
        File.WriteAllText(run.At(name + ".jsonl"), pairs);
        run.Pipeline("import", run.At(name + ".jsonl"), "--project", name);
        run.Pipeline("freeze", "--project", name, "--kind", "preference", "--test-share", "0.1", "--id", name);
        string recipe = File.ReadAllText(Path.Combine(Root, "data", "recipes", "demo-dpo.yaml"))
            .Replace("model: ../models/demo", $"model: {Model}", StringComparison.Ordinal)
            .Replace("data: demo-pairs", $"data: {name}", StringComparison.Ordinal);
        File.WriteAllText(run.At(name + ".yaml"), recipe);
        run.Align("train", run.At(name + ".yaml"), "--out", run.At(Path.Combine("runs", name)));
        return Measure(run, name, name);
    }

    private static Scores Measure(CommandLines run, string model, string name)
    {
        string answers = run.At(name + "-answers.jsonl");
        run.Align("generate", model, "--prompts", Path.Combine(Root, "data", "demo", "eval-prompts.jsonl"), "--greedy", "--max-tokens", "80", "--out", answers);
        JsonNode scores = JsonNode.Parse(run.Pipeline("score-answers", answers, "--rule", "demo", "--json"))!;
        Assert.Equal(100, scores["answers"]!.GetValue<int>());
        return new Scores(
            scores["accepted_share"]!.GetValue<double>(), scores["requirements"]!["on-topic"]!.GetValue<double>(), scores["distinct2"]!.GetValue<double>());
    }

    /// <summary>The demo pairs with some labels turned round.</summary>
    private static string Relabel(Func<int, bool> turns) => string.Concat(
        File.ReadLines(Pairs).Select((line, i) =>
        {
            JsonNode row = JsonNode.Parse(line)!;
            return turns(i)
                ? new JsonObject { ["prompt"] = row["prompt"]!.DeepClone(), ["chosen"] = row["rejected"]!.DeepClone(), ["rejected"] = row["chosen"]!.DeepClone() }.ToJsonString() + "\n"
                : line + "\n";
        }));

    /// <summary>What a rule says about a model's answers, as shares.</summary>
    public sealed record Scores(double Accepted, double OnTopic, double Distinct2);

    /// <summary>One data folder for all runs, and what the demo model does before any of them.</summary>
    public sealed class Demo : IDisposable
    {
        public Demo() => Before = Measure(Run, Model, "before");

        internal CommandLines Run { get; } = new();

        public Scores Before { get; }

        public void Dispose() => Run.Dispose();
    }
}
