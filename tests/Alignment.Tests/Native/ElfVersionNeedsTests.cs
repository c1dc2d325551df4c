using Alignment.Native;

namespace Alignment.Tests.Native;

public class ElfVersionNeedsTests
{
    private static readonly string Library =
        Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    [Fact]
    public void Weaken_ThePackagesLibrary_ChangesOneEntryAndNothingElse()
    {
        byte[] original = File.ReadAllBytes(Library);
        byte[] changed = [.. original];

        Assert.Equal(1, ElfVersionNeeds.Weaken(changed, "GLIBCXX_3.4.32"));
        Assert.Equal(1, original.Zip(changed).Count(pair => pair.First != pair.Second));
        Assert.Equal(1, ElfVersionNeeds.Weaken(changed, "GLIBCXX_3.4.32"));
    }

    [Fact]
    public void Weaken_AVersionThatIsNotNeeded_ChangesNothing()
    {
        byte[] bytes = File.ReadAllBytes(Library);

        Assert.Equal(0, ElfVersionNeeds.Weaken(bytes, "GLIBCXX_9.9.99"));
        Assert.Equal(File.ReadAllBytes(Library), bytes);
    }

    [Fact]
    public void Weaken_BytesThatAreNoElf_SaysSo()
    {
        Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.Weaken(new byte[10], "X"));
        Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.Weaken(new byte[100], "X"));
        byte[] truncated = File.ReadAllBytes(Library)[..4096];
        Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.Weaken(truncated, "GLIBCXX_3.4.32"));
    }
}
