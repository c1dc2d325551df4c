using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Alignment.Native;

/// <summary>
/// The process's native memory. glibc keeps freed blocks of aligned allocations, so that the resident set grows although
/// nothing leaks; <see cref="Trim"/> gives them back. Training calls it on a schedule.
/// </summary>
public static partial class ProcessMemory
{
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);

    /// <summary>Gives free native memory back to the system; does nothing where the C library has no such call.</summary>
    public static void Trim()
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                MallocTrim(0);
            }
            catch (EntryPointNotFoundException)
            {
                // musl and other allocators have no malloc_trim: nothing to give back by hand.
            }
        }
    }

    /// <summary>The resident set now, in bytes.</summary>
    public static long Resident => FromStatus("VmRSS:") ?? Process.GetCurrentProcess().WorkingSet64;

    /// <summary>The largest resident set since the process started, in bytes.</summary>
    public static long PeakResident => FromStatus("VmHWM:") ?? Process.GetCurrentProcess().PeakWorkingSet64;

    /// <summary>Whose malloc serves this process: tcmalloc where it is loaded (docs/decisions/malloc.md), else the system's.</summary>
    public static string Malloc =>
        OperatingSystem.IsLinux() && File.ReadLines("/proc/self/maps").Any(line => line.Contains("libtcmalloc", StringComparison.Ordinal)) ? "tcmalloc" : "the system's";

    private static long? FromStatus(string key)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        foreach (string line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith(key, StringComparison.Ordinal))
            {
                return 1024 * long.Parse(line.AsSpan(key.Length).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture);
            }
        }

        return null;
    }
}
