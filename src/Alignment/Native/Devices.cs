using Alignment.Shared;

using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Native;

/// <summary>Devices by the names that a run.yaml and the command line use.</summary>
public static class Devices
{
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
