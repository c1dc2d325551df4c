namespace Alignment.Pipeline.Runs.Estimate;

/// <summary>The memory of this machine.</summary>
internal static class MachineMemory
{
    private const string Available = "MemAvailable:";

    /// <summary>What a process may have: the machine's memory, or the limit of its container.</summary>
    public static long Limit => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>What is free now, with what the system would give up; null where it does not tell.</summary>
    public static long? Free()
    {
        const string path = "/proc/meminfo";
        string? line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith(Available, StringComparison.Ordinal)) : null;
        string? kibibytes = line?[Available.Length..].Trim().Split(' ')[0];
        return long.TryParse(kibibytes, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long value) ? Math.Min(value << 10, Limit) : null;
    }
}
