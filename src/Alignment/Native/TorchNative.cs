using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using TorchSharp;

namespace Alignment.Native;

/// <summary>
/// Loads libtorch and LibTorchSharp before the first tensor. On Linux the package's libLibTorchSharp.so asks for a
/// libstdc++ that Debian 12, Ubuntu 22.04 and RHEL 9 lack, for a symbol that nothing uses: where loading fails for
/// that reason, a temporary copy with this one need marked weak is loaded instead (docs/decisions/weakened-libtorchsharp.md).
/// </summary>
public static partial class TorchNative
{
    private const string UnusedVersion = "GLIBCXX_3.4.32";
    private const string UnusedSymbol = "_ZSt21ios_base_library_initv";
    private static readonly Lock Gate = new();
    private static bool s_loaded;
    private static IntPtr s_torchSharp;
    private static IntPtr s_torchCpu;

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    /// <summary>The folder that libtorch was loaded from; null where TorchSharp's own search is used (not on Linux).</summary>
    public static string? LibtorchFolder { get; private set; }

    /// <summary>True when a weakened copy of libLibTorchSharp.so was loaded instead of the package's file.</summary>
    public static bool UsedWeakenedCopy { get; private set; }

    /// <summary>Loads the native libraries once; later calls return at once. Called by this assembly's initializer.</summary>
    /// <exception cref="DllNotFoundException">libtorch was found nowhere, or does not load; the message says where was looked.</exception>
#pragma warning disable CA2255 // The initializer is the only place that surely runs before TorchSharp's own loading.
    [ModuleInitializer]
#pragma warning restore CA2255
    public static void Load()
    {
        lock (Gate)
        {
            if (s_loaded || !OperatingSystem.IsLinux())
            {
                return;
            }

            // Bit-equal runs need a fixed number of threads; MKL and OpenMP read these while they load.
            _ = SetEnvironment("MKL_DYNAMIC", "FALSE", 1);
            _ = SetEnvironment("OMP_DYNAMIC", "FALSE", 1);
            string folder = FindLibtorch();
            foreach (string name in new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so" })
            {
                IntPtr handle = NativeLibrary.Load(Path.Combine(folder, name));
                s_torchCpu = name == "libtorch_cpu.so" ? handle : s_torchCpu;
            }

            s_torchSharp = LoadTorchSharp();
            ResolveFor(typeof(torch).Assembly);
            ResolveFor(typeof(TorchNative).Assembly);
            LibtorchFolder = folder;
            s_loaded = true;
        }
    }

    /// <summary>
    /// Symbols that LibTorchSharp expects and that no loaded library has. The library is bound lazily, so such a symbol ends
    /// the process only when it is first called; empty with the libtorch version that this program was built for. The one symbol
    /// of the weakened need, which nothing calls, does not count.
    /// </summary>
    public static IReadOnlyList<string> MissingSymbols() => s_torchSharp == IntPtr.Zero ? []
        : [.. ElfSymbols.Undefined(TorchSharpFile()).Where(name => name != UnusedSymbol && !NativeLibrary.TryGetExport(s_torchSharp, name, out _)).Order(StringComparer.Ordinal)];

    /// <summary>Answers an assembly's imports of LibTorchSharp and torch_cpu with the libraries loaded here.</summary>
    internal static void ResolveFor(Assembly assembly) => NativeLibrary.SetDllImportResolver(assembly, Resolve);

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name switch
    {
        "LibTorchSharp" => s_torchSharp,
        "torch_cpu" => s_torchCpu,
        _ => IntPtr.Zero,
    };

    private static IEnumerable<string> AppFolders()
    {
        yield return Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");
        yield return AppContext.BaseDirectory;
    }

    private static string FindLibtorch()
    {
        string? home = Environment.GetEnvironmentVariable("LIBTORCH_HOME");
        string[] fromHome = string.IsNullOrEmpty(home) ? [] : [Path.Combine(home, "lib"), home];
        string[] fromPath = (Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries);
        string[] folders = [.. fromHome, .. AppFolders(), .. fromPath];
        return folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, "libtorch_cpu.so")))
            ?? throw new DllNotFoundException(
                "libtorch_cpu.so was not found. Set LIBTORCH_HOME (or LD_LIBRARY_PATH) to a folder with libtorch 2.10.0, "
                + "or build with -p:TorchBackend=cpu. Looked in: " + string.Join(", ", folders));
    }

    private static string TorchSharpFile() =>
        AppFolders().Select(folder => Path.Combine(folder, "libLibTorchSharp.so")).FirstOrDefault(File.Exists)
        ?? throw new DllNotFoundException("libLibTorchSharp.so lies neither beside the program nor in runtimes/linux-x64/native: the build output is incomplete.");

    private static IntPtr LoadTorchSharp()
    {
        string file = TorchSharpFile();
        try
        {
            return NativeLibrary.Load(file);
        }
        catch (DllNotFoundException e) when (e.Message.Contains(UnusedVersion, StringComparison.Ordinal))
        {
            return LoadWeakenedCopy(file, e);
        }
    }

    private static IntPtr LoadWeakenedCopy(string file, DllNotFoundException original)
    {
        byte[] elf = File.ReadAllBytes(file);
        try
        {
            if (ElfVersionNeeds.Weaken(elf, UnusedVersion) == 0)
            {
                throw new InvalidDataException($"it has no version need {UnusedVersion}");
            }
        }
        catch (InvalidDataException e)
        {
            throw new DllNotFoundException(
                $"{file} does not load ({original.Message}) and does not look as expected ({e.Message}), so it was left alone. "
                + "Use a system whose libstdc++ is from GCC 13.2 or later, or the TorchSharp version this program was built with.", e);
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("libtorchsharp-");
        try
        {
            string copy = Path.Combine(folder.FullName, Path.GetFileName(file));
            File.WriteAllBytes(copy, elf);
            UsedWeakenedCopy = true;
            return NativeLibrary.Load(copy);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
