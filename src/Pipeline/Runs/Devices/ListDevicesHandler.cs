using MediatR;

namespace Alignment.Pipeline.Runs.Devices;

internal sealed class ListDevicesHandler(DeviceProbe probe) : IRequestHandler<ListDevices, DeviceReport>
{
    public Task<DeviceReport> Handle(ListDevices request, CancellationToken cancellationToken) => probe.LookAsync(request.Again, cancellationToken);
}
