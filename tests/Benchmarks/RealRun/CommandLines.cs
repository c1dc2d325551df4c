using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Alignment.Benchmarks.RealRun;

/// <summary>The two command lines as processes; what they print on standard error goes through.</summary>
/// <param name="repository">the repository's root folder</param>
/// <param name="data">the data folder</param>
internal sealed class CommandLines(string repository, string data)
{
    /// <summary>Runs <c>./pipeline</c> and parses its JSON. Exit code 4, some rows rejected, counts as done.</summary>
    public JsonNode Pipeline(params string[] arguments) => Json("pipeline", arguments);

    /// <summary>Runs <c>./align</c> and parses its JSON.</summary>
    public JsonNode AlignJson(params string[] arguments) => Json("align", arguments);

    /// <summary>Runs <c>./align</c>.</summary>
    /// <returns>seconds of the whole process</returns>
    public double Align(params string[] arguments)
    {
        long started = Stopwatch.GetTimestamp();
        Run("align", arguments);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private JsonNode Json(string program, string[] arguments) => JsonNode.Parse(Run(program, [.. arguments, "--json"]))!;

    private string Run(string program, string[] arguments)
    {
        Console.Error.WriteLine($"$ ./{program} {string.Join(' ', arguments)}");
        var start = new ProcessStartInfo(Path.Combine(repository, program)) { RedirectStandardOutput = true, WorkingDirectory = repository };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["ALIGNMENT_DATA"] = data;
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode is 0 or 4 ? output : throw new InvalidOperationException($"{program} ended with exit code {process.ExitCode}");
    }
}
