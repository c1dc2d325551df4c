using System.Diagnostics;
using System.Text.RegularExpressions;
using Alignment.Goldens;

namespace Alignment.Processes;

/// <summary>The app as a process of its own on a free port, and its data folder.</summary>
internal sealed partial class WebApp : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly ScratchFolder? _own;

    private WebApp(Process process, ScratchFolder? own, string dataDir, IReadOnlyList<string> said)
    {
        (_process, _own, DataDir) = (process, own, dataDir);
        Address = new Uri(Find(said, Ready()) + "/");
        AdminLink = said.Select(line => Link().Match(line)).FirstOrDefault(match => match.Success) is { } link ? new Uri(link.Groups[1].Value) : null;
    }

    /// <summary>The start page.</summary>
    public Uri Address { get; }

    /// <summary>The printed link for the first admin; null when it was not printed.</summary>
    public Uri? AdminLink { get; }

    /// <summary>The data folder.</summary>
    public string DataDir { get; }

    /// <summary>The process.</summary>
    public int ProcessId => _process.Id;

    private static string Built => Path.Combine(GoldenData.Repository, "artifacts", "bin", "Labeling.Web", "release", "Labeling.Web.dll");

    /// <summary>Starts it.</summary>
    /// <param name="dataDir">An existing folder, which stays; null makes one that goes with the app.</param>
    /// <param name="arguments">Further arguments; without a port among them a free one is taken.</param>
    public static Task<WebApp> StartAsync(string? dataDir = null, params string[] arguments) => StartAsync(Built, dataDir, arguments);

    /// <summary>Starts it from a folder that <c>dotnet publish</c> wrote.</summary>
    public static Task<WebApp> StartPublishedAsync(string folder) => StartAsync(Path.Combine(folder, "Labeling.Web.dll"), null, []);

    /// <summary>Ends the process at once, as <c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
        _own?.Dispose();
    }

    private static async Task<WebApp> StartAsync(string assembly, string? dataDir, string[] arguments)
    {
        ScratchFolder? own = dataDir is null ? new ScratchFolder() : null;
        string folder = dataDir ?? own![""];
        string[] port = arguments.Contains("--port") ? [] : ["--port", "0"];
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = Path.GetTempPath() };
        foreach (string argument in (string[])[assembly, "--data-dir", folder, .. port, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = new List<string>();
        process.ErrorDataReceived += (_, line) => { lock (errors) { errors.Add(line.Data ?? ""); } };
        process.BeginErrorReadLine();
        try
        {
            IReadOnlyList<string> said = await ReadStartAsync(process).WaitAsync(Patience);
            Assert.True(said.Any(line => Ready().IsMatch(line)), $"the app did not start:\n{string.Join('\n', said)}\n{string.Join('\n', errors)}");
            return new WebApp(process, own, folder, said);
        }
        catch
        {
            process.Kill();
            process.Dispose();
            own?.Dispose();
            throw;
        }
    }

    // The link comes after the line that says where the app is; nothing more is said when there is none.
    private static async Task<IReadOnlyList<string>> ReadStartAsync(Process process)
    {
        List<string> said = [];
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (line == "Ctrl-C stops it.")
            {
                _ = DrainAsync(process);
                break;
            }
        }

        return said;
    }

    private static async Task DrainAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync() is not null)
        {
        }
    }

    private static string Find(IReadOnlyList<string> said, Regex pattern) => said.Select(line => pattern.Match(line)).First(match => match.Success).Groups[1].Value;

    [GeneratedRegex(@"^Alignment is ready on (http://\S+?)/ ")]
    private static partial Regex Ready();

    [GeneratedRegex(@"(http://\S+/join/\S+)")]
    private static partial Regex Link();
}
