using System.Diagnostics;
using Alignment.Goldens;

namespace Alignment.EndToEnd.Tests;

/// <summary>Runs the two command lines as processes on a data folder of their own.</summary>
internal sealed class CommandLines : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    /// <summary>The data folder; it goes away with this object.</summary>
    public string Data { get; } = Directory.CreateTempSubdirectory("alignment-end-to-end").FullName;

    /// <summary>Runs <c>pipeline</c> and gives its output.</summary>
    public string Pipeline(params string[] arguments) => Run("Pipeline", arguments);

    /// <summary>Runs <c>align</c> and gives its output.</summary>
    public string Align(params string[] arguments) => Run("Alignment", arguments);

    /// <summary>A path in the data folder.</summary>
    public string At(string name) => Path.Combine(Data, name);

    public void Dispose() => Directory.Delete(Data, recursive: true);

    private string Run(string project, string[] arguments)
    {
        string program = Path.Combine(GoldenData.Repository, "artifacts", "bin", project, "release", project + ".dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Data,
        };
        start.Environment["ALIGNMENT_DATA"] = Data;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{project} {string.Join(' ', arguments)} did not end within {Patience}");
        }

        Assert.True(process.ExitCode == 0, $"{project} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{error.GetAwaiter().GetResult()}");
        return output.GetAwaiter().GetResult();
    }
}
