using System.Diagnostics;
using System.Runtime.InteropServices;
using Alignment.Shared;

namespace Alignment.Pipeline.Runs.Worker;

/// <summary>How the <c>align</c> command line is started from here.</summary>
/// <param name="Program">The executable.</param>
/// <param name="Before">Its arguments before the verb.</param>
public sealed record AlignCommand(string Program, IReadOnlyList<string> Before)
{
    /// <summary>The environment variable that names Alignment.dll or an executable.</summary>
    public const string Variable = "ALIGNMENT_ALIGN";

    private const string Assembly = "Alignment.dll";

    private static readonly string[] LibraryFolders = ["/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/lib"];

    /// <summary>
    /// Finds it: <see cref="Variable"/>, else <c>align/</c> beside the app (as it is published), else the build output.
    /// </summary>
    /// <param name="appFolder">The folder of the running app.</param>
    /// <exception cref="UserError">It is nowhere.</exception>
    public static AlignCommand Find(string appFolder)
    {
        string? named = Environment.GetEnvironmentVariable(Variable);
        string[] places = named is { Length: > 0 } ? [Path.GetFullPath(named)]
            : [Path.Combine(appFolder, "align", Assembly), Path.GetFullPath(Path.Combine(appFolder, "..", "..", "Alignment", "release", Assembly))];
        string found = places.FirstOrDefault(File.Exists) ?? throw new UserError(
            $"the trainer was not found at {string.Join(" or ", places)}: build it with './align --help', or set {Variable} to the path of {Assembly}", ExitCodes.Failed);
        return found.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? new(Host(), [found]) : new(found, []);
    }

    /// <summary>What starts it with arguments; nothing is redirected.</summary>
    public ProcessStartInfo Start(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Program) { UseShellExecute = false };
        foreach (string argument in Before.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        PreferTcmalloc(start.Environment);
        return start;
    }

    // The runtime that this process runs on knows where its own host lies, whatever PATH says.
    private static string Host()
    {
        string host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(host) ? host : "dotnet";
    }

    // As scripts/launch.sh does, so that a run takes the same memory whoever starts it (docs/decisions/malloc.md).
    private static void PreferTcmalloc(IDictionary<string, string?> environment)
    {
        string? library = LibraryFolders.Select(folder => Path.Combine(folder, "libtcmalloc_minimal.so.4")).FirstOrDefault(File.Exists);
        bool preloads = environment.TryGetValue("LD_PRELOAD", out string? other) && !string.IsNullOrEmpty(other);
        bool refused = environment.TryGetValue("ALIGNMENT_MALLOC", out string? malloc) && malloc == "system";
        if (library is not null && !preloads && !refused)
        {
            environment["LD_PRELOAD"] = library;
            environment.TryAdd("TCMALLOC_RELEASE_RATE", "0");
        }
    }
}
