using Alignment.Shared;

namespace Alignment.Training;

/// <summary>Learning-rate schedules as transformers defines them: a factor of the base rate by step, counted from 0. Warm-up is linear and starts at 0.</summary>
public static class Schedules
{
    /// <summary>The names that <see cref="Factor"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["constant", "linear", "cosine"];

    /// <summary>The factor that step <paramref name="step"/> uses.</summary>
    /// <param name="name">one of <see cref="Names"/></param>
    /// <param name="step">from 0</param>
    /// <param name="warmupSteps">steps before the full rate</param>
    /// <param name="totalSteps">steps of the run</param>
    /// <param name="cycles">of cosine: half a wave (0.5) ends at 0</param>
    /// <returns>in [0, 1]</returns>
    /// <exception cref="UserError">The name is unknown.</exception>
    public static double Factor(string name, long step, long warmupSteps, long totalSteps, double cycles = 0.5)
    {
        if (step < warmupSteps)
        {
            return step / (double)Math.Max(1, warmupSteps);
        }

        double left = Math.Max(1, totalSteps - warmupSteps);
        return name switch
        {
            "constant" => 1,
            "linear" => Math.Max(0, (totalSteps - step) / left),
            "cosine" => Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * cycles * 2 * ((step - warmupSteps) / left)))),
            _ => throw new UserError($"schedule.name: '{name}' is no schedule; write one of {string.Join(", ", Names)}."),
        };
    }

    /// <summary>Warm-up steps of a share of the run, rounded up.</summary>
    /// <param name="ratio">in [0, 1]</param>
    /// <param name="totalSteps">steps of the run</param>
    public static long WarmupSteps(double ratio, long totalSteps) => (long)Math.Ceiling(totalSteps * ratio);
}
