using System.Diagnostics;
using System.Globalization;

using Alignment.Goldens;

namespace Alignment.Processes;

/// <summary>What a finished process left behind.</summary>
/// <param name="ExitCode">its exit code; 137 when it was killed</param>
/// <param name="Output">standard output</param>
/// <param name="Error">standard error</param>
internal sealed record Outcome(int ExitCode, string Output, string Error)
{
    /// <summary>Fails with both outputs unless the exit code is the expected one.</summary>
    public Outcome Expect(int exitCode = 0)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode} instead of {exitCode}\n{Output}\n{Error}");
        return this;
    }
}

/// <summary>One of the two command lines as a process of its own.</summary>
/// <param name="project">Alignment or Pipeline</param>
internal sealed class Program(string project)
{
    /// <summary>The <c>align</c> command line.</summary>
    public static Program Align { get; } = new("Alignment");

    /// <summary>The <c>pipeline</c> command line.</summary>
    public static Program Pipeline { get; } = new("Pipeline");

    private string Assembly => Path.Combine(GoldenData.Repository, "artifacts", "bin", project, "release", project + ".dll");

    /// <summary>Runs to the end.</summary>
    public Outcome Run(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        RunUntil(arguments, environment, null);

    /// <summary>Runs, and kills the process (as kill -9) when the time is up and it still lives.</summary>
    public Outcome RunUntil(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, TimeSpan? killAfter)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = GoldenData.Repository,
        };
        foreach (string argument in arguments.Prepend(Assembly))
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (killAfter is TimeSpan time && !process.WaitForExit(time))
        {
            process.Kill();
        }

        process.WaitForExit();
        return new Outcome(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    /// <summary>Ends a process as <c>kill -9</c> does; nothing when it is gone already.</summary>
    public static void Kill(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            process.Kill();
            process.WaitForExit();
        }
        catch (ArgumentException)
        {
            // it ended by itself
        }
    }

    /// <summary>Numbers as the command lines write them.</summary>
    public static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
