using Alignment.Pipeline.People;
using MediatR;

namespace Alignment.Pipeline.Runs.Devices;

/// <summary>The devices that can train here, as <c>align doctor</c> finds them. The first look takes seconds, later ones none.</summary>
/// <param name="Again">Looks again.</param>
[Needs(Role.Engineer)]
public sealed record ListDevices(bool Again = false) : IRequest<DeviceReport>;

/// <summary>What this machine can do.</summary>
/// <param name="Devices">The devices, the CPU first.</param>
/// <param name="Cores">Processors that may be used.</param>
/// <param name="MemoryBytes">Memory that a process may use.</param>
/// <param name="Malloc">Whose malloc gives the native memory.</param>
/// <param name="LibtorchVersion">libtorch's version.</param>
/// <param name="CheckedAt">When it was looked at (UTC).</param>
public sealed record DeviceReport(IReadOnlyList<TrainingDevice> Devices, int Cores, long MemoryBytes, string Malloc, string LibtorchVersion, DateTime CheckedAt);

/// <summary>One device.</summary>
/// <param name="Name">As a run.yaml names it.</param>
/// <param name="Gflops">Billions of operations per second of a square fp32 product.</param>
/// <param name="MemoryBytes">Its memory; null where nobody tells.</param>
/// <param name="Problem">Why it cannot be used; null when it can.</param>
public sealed record TrainingDevice(string Name, double Gflops, long? MemoryBytes, string? Problem);
