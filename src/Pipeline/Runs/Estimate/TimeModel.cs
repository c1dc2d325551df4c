using System.Globalization;
using Alignment.Pipeline.Runs.Devices;
using Alignment.Pipeline.Runs.Models;
using Alignment.Shared.Runs;

namespace Alignment.Pipeline.Runs.Estimate;

/// <summary>How long tokens take.</summary>
internal static class TimeModel
{
    private const double UsedShare = 0.6; // of a device's square products, as docs/dpo-step.md measured it
    private const double Bf16Gain = 1.5;
    private const double CoreGflops = 25;
    private const double CardGflops = 20_000;

    /// <summary>Time of a run with the reference pass, and what it was derived from in words.</summary>
    /// <param name="spec">The run.</param>
    /// <param name="tokens">Tokens to train on.</param>
    /// <param name="model">The model's sizes.</param>
    /// <param name="past">How fast a run of the same kind was; null where none is known.</param>
    /// <param name="devices">What the devices can do; null where nobody looked.</param>
    public static (TimeSpan Time, string Basis) Of(RunSpec spec, double tokens, ModelFacts model, MeasuredSpeed? past, DeviceReport? devices)
    {
        // Passes over the parameters: training counts three forward passes, under LoRA two; the reference of dpo is one more.
        double passes = spec.Lora is null ? 3 : 2;
        double all = passes + (spec is DpoSpec ? 1 : 0);
        if (past is not null)
        {
            return (Seconds(tokens / past.TokensPerSecond * all / passes), string.Create(CultureInfo.InvariantCulture, $"run {past.RunId}, which trained {past.TokensPerSecond:0} tokens per second with this model on this device"));
        }

        string device = RunQueue.DeviceOf(spec);
        TrainingDevice? measured = devices?.Devices.FirstOrDefault(known => known.Name == device && known.Gflops > 0);
        double gflops = measured?.Gflops ?? (device == "cpu" ? CoreGflops * Environment.ProcessorCount : CardGflops);
        double speed = UsedShare * gflops * 1e9 * (spec.Precision == PrecisionNames.Bf16 ? Bf16Gain : 1);
        string what = measured is null ? "a rule of thumb for a device that was not measured" : "the measured speed of the device";
        return (
            Seconds(tokens * 2 * model.Parameters!.Value * all / speed),
            string.Create(CultureInfo.InvariantCulture, $"a rule of thumb, since no such run was made yet: {2 * all:0} operations per parameter and token at {speed / 1e9:0} GFLOP/s ({what})"));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.MaxValue.TotalSeconds / 2));
}
