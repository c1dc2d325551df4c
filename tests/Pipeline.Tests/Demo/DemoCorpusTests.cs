using System.Text;
using System.Text.Json.Nodes;
using Alignment.Goldens;
using Alignment.Pipeline.Demo;
using Alignment.Shared.Preferences;
using Alignment.Shared.Rules;

namespace Alignment.Pipeline.Tests.Demo;

public class DemoCorpusTests
{
    private static readonly IReadOnlyDictionary<string, byte[]> Files = DemoCorpus.Create();
    private static readonly IRule Rule = Rules.Find("demo");

    [Fact]
    public void Create_DefaultSeed_GivesTheCheckedInFiles()
    {
        string folder = Path.Combine(GoldenData.Repository, "data", "demo");
        string[] checkedIn = [.. Directory.EnumerateFiles(folder, "*.jsonl").Select(f => Path.GetFileName(f)!)];

        Assert.Equal(5, checkedIn.Length);
        Assert.All(checkedIn, name => Assert.True(Files[name].AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(folder, name))), name));
    }

    [Fact]
    public void Create_OtherSeed_GivesOtherFiles() => Assert.NotEqual(Files["pairs.jsonl"], DemoCorpus.Create(2)["pairs.jsonl"]);

    [Fact]
    public void Create_Counts_AreThoseOfTheDemo()
    {
        Assert.Equal(400, Rows("pairs.jsonl").Count());
        Assert.Equal(200, Rows("singles.jsonl").Count());
        Assert.Equal(30, Rows("unlabeled-pairs.jsonl").Count());
        Assert.Equal(30, Rows("unlabeled-singles.jsonl").Count());
        Assert.Equal(100, Rows("eval-prompts.jsonl").Count());
    }

    [Fact]
    public void Pairs_Quality_IsClearByTheRule() => Assert.All(Rows("pairs.jsonl"), row =>
    {
        Assert.True(Accepts(row, "chosen"), row.ToJsonString());
        Assert.False(Accepts(row, "rejected"), row.ToJsonString());
    });

    [Fact]
    public void Pairs_Length_DecidesNothing()
    {
        double shorterWins = Rows("pairs.jsonl").Average(row => 0.5 + Math.Sign(Text(row["rejected"]).Length - Text(row["chosen"]).Length) / 2.0);

        Assert.InRange(shorterWins, 0.45, 0.55);
    }

    [Fact]
    public void Singles_Thumbs_AgreeWithTheRule() =>
        Assert.All(Rows("singles.jsonl"), row => Assert.Equal(Accepts(row, "completion"), row["label"]!.GetValue<bool>()));

    [Fact]
    public void Demonstrations_Styles_AreAMixOfGoodAndFlawed()
    {
        int good = Rows("demonstrations.jsonl").Count(row =>
            Rule.Accepts([new(Roles.User, Text(row["messages"]![0]!["content"]))], Text(row["messages"]![1]!["content"])));

        Assert.InRange((double)good / Rows("demonstrations.jsonl").Count(), 0.3, 0.5);
    }

    [Fact]
    public void EvaluationPrompts_Topics_OccurNowhereElse()
    {
        HashSet<string> asked = [.. Rows("eval-prompts.jsonl").Select(row => DemoRule.TopicOf(Text(row["prompt"]))!)];
        HashSet<string> words = [.. Files.Where(f => f.Key != "eval-prompts.jsonl")
            .SelectMany(f => Encoding.UTF8.GetString(f.Value).Split([' ', '.', ',', '?', '"', '\n'], StringSplitOptions.RemoveEmptyEntries))];

        Assert.Equal(100, asked.Count);
        Assert.Empty(asked.Intersect(words));
    }

    private static bool Accepts(JsonObject row, string answer) => Rule.Accepts([new(Roles.User, Text(row["prompt"]))], Text(row[answer]));

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static IEnumerable<JsonObject> Rows(string name) =>
        Encoding.UTF8.GetString(Files[name]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject());
}
