using System.Runtime.InteropServices;

using Alignment.Native;
using Alignment.Shared;

using TorchSharp;

namespace Alignment.Tests.Native;

public class DevicesTests
{
    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:99")]
    public void Parse_NoSuchDevice_IsNamed(string name) =>
        Assert.Contains(name, Assert.Throws<UserError>(() => Devices.Parse(name)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_Cpu_IsTheCpu() => Assert.Equal(DeviceType.CPU, Devices.Parse("cpu").type);

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2 GiB", true)]
    [InlineData("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes", true)]
    [InlineData("mat1 and mat2 shapes cannot be multiplied", false)]
    public void IsOutOfMemory_OfLibtorchsWords_KnowsThem(string message, bool expected) =>
        Assert.Equal((expected, expected), (Devices.IsOutOfMemory(new ExternalException(message)), Devices.IsOutOfMemory(new InvalidOperationException("the backward pass failed", new ExternalException(message)))));
}
