using Alignment.Native;

namespace Alignment.Tests.Native;

public class TorchNativeTests
{
    [Fact]
    public void MissingSymbols_WithTheBuiltForLibtorch_AreNone() => Assert.Empty(TorchNative.MissingSymbols());

    [Fact]
    public void ElfSymbols_OfThePackagesLibrary_IncludeOperatorsOfLibtorch()
    {
        string library = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

        Assert.Contains(ElfSymbols.Undefined(library), name => name.Contains("at4_ops", StringComparison.Ordinal));
    }

    [Fact]
    public void ProcessMemory_Trim_GivesFreedBlocksBack()
    {
        long peak = ProcessMemory.PeakResident;
        Assert.InRange(ProcessMemory.Resident, 1, peak);
        ProcessMemory.Trim();
        Assert.InRange(ProcessMemory.Resident, 1, ProcessMemory.PeakResident);
    }
}
