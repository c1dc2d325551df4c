using System.Globalization;

namespace Alignment.Faults.Tests;

/// <summary>How many kills are asked for: <c>./test.sh faults ROUNDS</c>.</summary>
internal static class Rounds
{
    /// <summary>Number of rounds, 10 unless said otherwise.</summary>
    public static int Count { get; } = int.Parse(
        Environment.GetEnvironmentVariable("ALIGNMENT_FAULT_ROUNDS") ?? "10", NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The first seed; another one gives other kills (<c>ALIGNMENT_FAULT_SEED</c>).</summary>
    public static int Seed { get; } = int.Parse(
        Environment.GetEnvironmentVariable("ALIGNMENT_FAULT_SEED") ?? "1", NumberStyles.None, CultureInfo.InvariantCulture);
}
