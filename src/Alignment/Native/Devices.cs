using System.Runtime.InteropServices;

using Alignment.Shared;

using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Native;

/// <summary>Devices by the names that a run.yaml and the command line use, and what differs between them.</summary>
public static class Devices
{
    private static readonly string[] OutOfMemory = ["out of memory", "can't allocate memory", "not enough memory"];

    /// <summary>Waits until a device has done its work, so that times are true; does nothing on the CPU.</summary>
    public static void Synchronize(Device device)
    {
        if (device.type == DeviceType.CUDA)
        {
            cuda.synchronize(device);
        }
    }

    /// <summary>True where libtorch says that memory ran out, on a device or on the host; also when that is the cause of what was thrown.</summary>
    public static bool IsOutOfMemory(Exception error) =>
        error is OutOfMemoryException
        || (error is ExternalException && OutOfMemory.Any(words => error.Message.Contains(words, StringComparison.OrdinalIgnoreCase)))
        || (error.InnerException is Exception cause && IsOutOfMemory(cause));

    /// <summary>The device of a name.</summary>
    /// <param name="name">cpu, cuda or cuda:N</param>
    /// <exception cref="UserError">the name is none of these, or there is no such device here</exception>
    public static Device Parse(string name)
    {
        try
        {
            var device = new Device(name);
            return device.type == DeviceType.CPU || (device.type == DeviceType.CUDA && TryInitializeDeviceType(DeviceType.CUDA)) ? device
                : throw new UserError($"device '{name}' is not available here; 'align doctor' lists what is");
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new UserError($"device '{name}' is none of cpu, cuda, cuda:N", inner: e);
        }
    }
}
