using System.Text.Json.Nodes;
using Alignment.Goldens;

namespace Alignment.EndToEnd.Tests;

/// <summary>
/// Preferences in, a measurably better model out, through the two command lines alone: the demo model learns from the demo
/// pairs what its rule asks for; with swapped labels it unlearns it, with labels by chance it stays what it was.
/// </summary>
public class DemoRunTests
{
    private static readonly string Root = GoldenData.Repository;
    private static readonly string Model = Path.Combine(Root, "data", "models", "demo");

    [Fact]
    public void Dpo_DemoPairs_RaiseTheAcceptedShareAndLoseNothing()
    {
        using var run = new CommandLines();
        Scores before = Measure(run, Model, "before");
        Scores learned = Train(run, "pairs", File.ReadAllText(Path.Combine(Root, "data", "demo", "pairs.jsonl")), before);
        string all = $"before {before}, learned {learned}";

        Assert.True(before.Accepted <= 0.5, all);
        Assert.True(learned.Accepted >= 0.8, all);
        Assert.True(learned.OnTopic >= before.OnTopic, all);
        Assert.True(learned.Distinct2 >= before.Distinct2, all);
    }

    [Fact]
    public void Dpo_SwappedLabels_EndBelowTheBase()
    {
        using var run = new CommandLines();
        Scores before = Measure(run, Model, "before");
        Scores swapped = Train(run, "swapped", Relabel(() => true), before);

        Assert.True(swapped.Accepted < before.Accepted, $"before {before}, swapped {swapped}");
    }

    [Fact]
    public void Dpo_LabelsByChance_StayWithinTenPoints()
    {
        using var run = new CommandLines();
        Scores before = Measure(run, Model, "before");
        var random = new Random(1);
        Scores shuffled = Train(run, "shuffled", Relabel(() => random.Next(2) == 0), before);

        Assert.True(Math.Abs(shuffled.Accepted - before.Accepted) <= 0.1, $"before {before}, shuffled {shuffled}");
    }

    private static Scores Train(CommandLines run, string name, string pairs, Scores before)
    {
        Assert.NotEqual(0, before.Accepted);
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
    private static string Relabel(Func<bool> turns) => string.Concat(
        File.ReadLines(Path.Combine(Root, "data", "demo", "pairs.jsonl")).Select(line =>
        {
            JsonNode row = JsonNode.Parse(line)!;
            return turns()
                ? new JsonObject { ["prompt"] = row["prompt"]!.DeepClone(), ["chosen"] = row["rejected"]!.DeepClone(), ["rejected"] = row["chosen"]!.DeepClone() }.ToJsonString() + "\n"
                : line + "\n";
        }));

    private sealed record Scores(double Accepted, double OnTopic, double Distinct2);
}
