using System.Security.Cryptography;

using Alignment.Goldens;
using Alignment.Processes;

namespace Alignment.Faults.Tests;

/// <summary>
/// The trainer, killed with SIGKILL at a seeded place of a seeded phase and resumed, ends with the very weights of a run that
/// nobody killed. The first rounds go through all phases, so that each occurs.
/// </summary>
public sealed class TrainerKillTests
{
    private const int Killed = 137;

    // Phase, and how often a run of twelve steps in micro-batches of two reaches it at most.
    private static readonly (string Phase, int Times)[] Phases =
    [
        ("reference", 1), ("forward", 48), ("optimizer", 12), ("checkpoint-tensors", 4), ("checkpoint-state", 4),
        ("checkpoint-renamed", 4), ("evaluation", 3), ("export", 1),
    ];

    private static readonly (string Name, string Precision, bool Lora)[] Kinds =
        [("fp32 full", "fp32", false), ("bf16 lora", "bf16", true), ("bf16 full", "bf16", false), ("fp32 lora", "fp32", true)];

    [Fact]
    public void Train_KilledAnywhereAndResumed_EndsWithTheSameWeights()
    {
        var whole = new Dictionary<string, string>();
        for (int round = 0; round < Rounds.Count; round++)
        {
            int seed = Rounds.Seed + round;
            var random = new Random(seed);
            (string phase, int times) = Phases[round < Phases.Length ? round : random.Next(Phases.Length)];
            (string kind, string precision, bool lora) = Kinds[round % Kinds.Length];
            int at = 1 + random.Next(times);
            whole.TryAdd(kind, Weights(precision, lora, null));
            string resumed = Weights(precision, lora, $"{phase}:{at}");
            Console.WriteLine($"kill {round + 1}/{Rounds.Count}: seed {seed}, {kind}, phase {phase}, time {at}: {(resumed == whole[kind] ? "same weights" : "OTHER WEIGHTS")}");

            Assert.Equal(whole[kind], resumed);
        }
    }

    private static string Weights(string precision, bool lora, string? fault)
    {
        using var scratch = new ScratchFolder();
        string goldens = Path.Combine(GoldenData.Repository, "tests", "Goldens", "trajectories");
        string yaml = scratch["run.yaml"], run = scratch["run"];
        File.WriteAllText(yaml, $$"""
            trainer: dpo
            model: {{Path.Combine(goldens, "models", "llama")}}
            data: {{Path.Combine(goldens, "dpo_sigmoid", "rows.jsonl")}}
            precision: {{precision}}
            max_length: 128
            batch: { rows_per_step: 8, micro_batch: 2 }
            optimizer: { learning_rate: 1.0e-3 }
            limits: { steps: 12 }
            evaluate: { data: {{Path.Combine(goldens, "dpo_ipo", "rows.jsonl")}}, every_steps: 4 }
            save: { every_steps: 3 }
            {{(lora ? "lora: { rank: 4, alpha: 8, dropout: 0.1 }" : "")}}
            """);
        string[] arguments = ["train", yaml, "--out", run, "--data-dir", scratch["data"]];
        if (fault is null)
        {
            Program.Align.Run(arguments).Expect();
        }
        else
        {
            Outcome outcome = Program.Align.Run(arguments, new Dictionary<string, string> { ["ALIGNMENT_FAULT"] = fault });
            outcome.Expect(Killed);
            Program.Align.Run(Directory.Exists(run) && File.Exists(Path.Combine(run, "resolved.yaml")) ? [.. arguments, "--resume"] : arguments).Expect();
        }

        return Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(run, "model", "model.safetensors"))));
    }
}
