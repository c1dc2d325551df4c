using System.Diagnostics;

using Alignment.Adapters;
using Alignment.Data;
using Alignment.Losses;
using Alignment.Models;
using Alignment.Native;
using Alignment.Shared.Runs;
using Alignment.Training;

using static TorchSharp.torch;

namespace Alignment.Benchmarks.Training;

/// <summary>One configuration of the DPO step.</summary>
/// <param name="Precision">fp32 or bf16</param>
/// <param name="Lora">rank 16 on all linear maps; else every weight is trained</param>
/// <param name="SharePrompt">a pair's prompt is computed once</param>
internal sealed record DpoStepCase(string Precision, bool Lora, bool SharePrompt);

/// <summary>What one configuration reached.</summary>
internal sealed record DpoStepResult
{
    public required DpoStepCase Case { get; init; }

    public required int MicroBatch { get; init; }

    public required int Tokens { get; init; }

    public required double ReferenceSeconds { get; init; }

    public required double StepSeconds { get; init; }

    public required double TokensPerSecond { get; init; }

    public required double Mfu { get; init; }

    public required string Malloc { get; init; }

    public required double PeakGflops { get; init; }

    public required long PeakMemoryBytes { get; init; }

    public required IReadOnlyDictionary<int, long> ResidentBytesAtStep { get; init; }
}

/// <summary>Steps of DPO through the product's own step, one process per configuration because peak memory is the process's.</summary>
internal static class DpoStepRun
{
    private const int Pairs = 8, ReferencePasses = 3;

    public static DpoStepResult Run(DpoStepCase which, string model, string data, int length, int microBatch, int steps)
    {
        ScalarType dtype = which.Precision == PrecisionNames.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32;
        using LoadedModel loaded = LoadedModel.Load(model, dtype, CPU);
        var encoder = new RowEncoder(loaded.Tokenizer, loaded.Template, new EncodingRules(ConventionNames.Trl116, length));
        IReadOnlyList<EncodedPair> pairs = HhRows.First(data, encoder, length, Pairs);
        var rows = new PairSet(pairs, padId: 0, which.SharePrompt);
        var planner = new BatchPlanner(new BatchPlan(Pairs, microBatch) { Shuffle = false }, rows);
        IReadOnlyList<int[]> micro = planner.Step(0, 0);

        long started;
        var passes = new List<double>();
        using (var frozen = Policy.Frozen(loaded.Model))
        {
            for (int pass = 0; pass <= ReferencePasses; pass++) // the first one also makes the libraries' kernels
            {
                started = Stopwatch.GetTimestamp();
                rows.Reference = Reference(frozen, rows, micro);
                passes.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            }
        }

        double reference = Median(passes.Skip(1));
        using LoraAdapters? adapters = which.Lora ? LoraAdapters.Attach(loaded.Model, new LoraConfig(), seed: 1) : null;
        using var parameters = FlatParameters.Create(adapters?.Weights ?? loaded.Model.Weights, ParameterGroup.ByDecay(0));
        using var optimizer = new AdamW(parameters, new AdamWOptions());
        using var policy = new Policy(loaded.Model, parameters.GradientOf);
        var objective = new DpoObjective(policy, new PairLossPlan(PairLosses.Find(LossNames.Sigmoid), new PairLossOptions(0.1)));
        var runner = new StepRunner(objective, parameters, optimizer);
        StepContext context = StepContext.Of(rows, micro);
        SequenceBatch[] batches = [.. micro.Select(rows.Collate)];

        var seconds = new List<double>();
        var resident = new Dictionary<int, long>();
        for (int step = 1; step <= steps; step++)
        {
            started = Stopwatch.GetTimestamp();
            using (NewDisposeScope())
            {
                Tensor packed = runner.Accumulate(batches, context);
                packed.cpu().data<double>().ToArray();
                runner.Apply(packed, 1, 1e-6);
            }

            seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            if (step % 10 == 0)
            {
                ProcessMemory.Trim();
            }

            if (step is 50 or 500)
            {
                resident[step] = ProcessMemory.Resident;
            }
        }

        double median = Median(seconds.Skip(1));
        int tokens = batches.Sum(batch => batch.Tokens);
        long peakMemory = ProcessMemory.PeakResident;
        double peak = PeakFlops.Measure(dtype);
        double flops = UsefulFlops.Pass(loaded.Model.Config, batches) * ((which.Lora ? 2 : 3) + 1);
        return new DpoStepResult
        {
            Case = which,
            MicroBatch = microBatch,
            Tokens = tokens,
            ReferenceSeconds = reference,
            StepSeconds = median,
            TokensPerSecond = tokens / (median + reference),
            Mfu = flops / (median + reference) / peak,
            Malloc = ProcessMemory.Malloc,
            PeakGflops = peak / 1e9,
            PeakMemoryBytes = peakMemory,
            ResidentBytesAtStep = resident,
        };
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static ReferenceLogps Reference(Policy policy, PairSet rows, IReadOnlyList<int[]> micro)
    {
        var values = new ReferenceLogps(new double[rows.Count], new double[rows.Count]);
        foreach (int[] batch in micro)
        {
            using var scope = NewDisposeScope();
            double[] sums = policy.CompletionSums(rows.Collate(batch)).cpu().data<double>().ToArray();
            for (int i = 0; i < batch.Length; i++)
            {
                (values.Chosen[batch[i]], values.Rejected[batch[i]]) = (sums[i], sums[batch.Length + i]);
            }
        }

        return values;
    }
}
