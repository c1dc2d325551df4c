using Alignment.Evaluation;

namespace Alignment.Tests.Evaluation;

public class DoctorTests
{
    [Fact]
    public void Examine_ThisMachine_TrainsOnTheCpuFromTheKnownFirstLoss()
    {
        Doctor found = Doctor.Examine();

        DeviceHealth cpu = Assert.Single(found.Devices, device => device.Name == "cpu");
        Assert.Null(cpu.Problem);
        Assert.Equal(Math.Log(2), cpu.Loss, 5);
        Assert.True(cpu.MatmulGflops > 0);
        Assert.Empty(found.MissingSymbols);
        Assert.StartsWith("2.10", found.LibtorchVersion, StringComparison.Ordinal);
        Assert.True(found.Healthy);
    }
}
