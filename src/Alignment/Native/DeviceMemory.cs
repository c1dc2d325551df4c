using System.Runtime.InteropServices;

using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Native;

/// <summary>
/// The most memory that a device gave to this process. On a GPU that is what libtorch's caching allocator holds: it keeps what it
/// once took, so its peak is what is in use after a step, and CUDA's driver tells that (the allocator's own counters are C++ only).
/// The driver counts the whole device; what was in use before the first look is not this process's and is taken off.
/// </summary>
public static partial class DeviceMemory
{
    private static readonly Dictionary<int, (long Before, long Peak)> Gpus = [];

    [LibraryImport("libcuda.so.1", EntryPoint = "cuMemGetInfo_v2")]
    private static partial int MemoryInfo(out nuint free, out nuint total);

    /// <summary>Looks for the first time, before anything is allocated on the device.</summary>
    public static void Begin(Device device)
    {
        if (device.type == DeviceType.CUDA)
        {
            cuda.synchronize(device); // makes the device's context, which is no tensor's memory
            Gpus.TryAdd(device.index, (Used(), 0));
        }
    }

    /// <summary>The peak so far in bytes: on a GPU the allocator's, else the process's resident set.</summary>
    public static long Peak(Device device)
    {
        if (device.type != DeviceType.CUDA)
        {
            return ProcessMemory.PeakResident;
        }

        Begin(device);
        (long before, long peak) = Gpus[device.index];
        peak = Math.Max(peak, Used() - before);
        Gpus[device.index] = (before, peak);
        return peak;
    }

    private static long Used()
    {
        int error = MemoryInfo(out nuint free, out nuint total);
        return error == 0 ? (long)(total - free) : throw new ExternalException($"CUDA's driver does not tell how much memory is in use (error {error})");
    }
}
