using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

using Alignment.Processes;

namespace Alignment.Faults.Tests;

/// <summary>An import, killed with SIGKILL again and again and repeated, loses nothing and doubles nothing.</summary>
public sealed class ImportKillTests
{
    private const int Rows = 20_000;

    [Fact]
    public void Import_KilledAndRepeated_HoldsEveryRowOnce()
    {
        using var scratch = new ScratchFolder();
        File.WriteAllLines(scratch["rows.jsonl"], Enumerable.Range(0, Rows).Select(row => string.Create(
            CultureInfo.InvariantCulture, $$"""{"prompt": "question {{row}}", "chosen": "a good answer to {{row}}", "rejected": "a bad answer to {{row}}"}""")));
        string[] import = ["import", scratch["rows.jsonl"], "--project", "kills", "--data-dir", scratch["data"], "--json"];
        for (int round = 0; round < Rounds.Count; round++)
        {
            int seed = Rounds.Seed + round;
            TimeSpan after = TimeSpan.FromMilliseconds(500 + new Random(seed).Next(2500));
            Outcome outcome = Program.Pipeline.RunUntil(import, null, after);
            Console.WriteLine($"kill {round + 1}/{Rounds.Count}: seed {seed}, after {after.TotalMilliseconds:0} ms: exit code {outcome.ExitCode}");
        }

        JsonNode last = JsonNode.Parse(Program.Pipeline.Run(import).Expect().Output)!;
        JsonNode project = JsonNode.Parse(Program.Pipeline.Run(["projects", "show", "kills", "--data-dir", scratch["data"], "--json"]).Expect().Output)!;

        Assert.Equal(Rows, last["rows"]!.GetValue<int>());
        Assert.Equal(Rows, last["imported"]!.GetValue<int>() + last["already_there"]!.GetValue<int>());
        Assert.Equal(Rows, Sum(project["items"]!));
        Assert.Equal(Rows, Sum(project["labels"]!));
    }

    private static int Sum(JsonNode counts) => counts.AsObject().Where(entry => entry.Value!.GetValueKind() == JsonValueKind.Number).Sum(entry => entry.Value!.GetValue<int>());
}
