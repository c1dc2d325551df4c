using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Alignment.Pipeline.Runs.Worker;
using Alignment.Shared;

namespace Alignment.Pipeline.Serving;

/// <summary>
/// One <c>align serve</c> from its start to its end. It lives as long as its standard input is open, so it ends with this process
/// however that ends; its key goes by the environment, where other people of the machine cannot read it.
/// </summary>
internal sealed partial class ModelServer
{
    private const string KeyVariable = "ALIGNMENT_SERVE_KEY";
    private const int KeptLines = 8;
    private static readonly TimeSpan LastWordsPatience = TimeSpan.FromSeconds(1);
    private readonly TaskCompletionSource<ServedModel> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly Queue<string> _lines = [];
    private readonly ServePoolOptions _options;

    /// <summary>Starts it.</summary>
    /// <param name="model">A name under models/ or a run's id.</param>
    /// <param name="command">What starts the process.</param>
    /// <param name="options">How long things may take.</param>
    /// <param name="after">What must be over before: another model's end, whose memory this one needs.</param>
    public ModelServer(string model, Func<string, ProcessStartInfo> command, ServePoolOptions options, Task after)
    {
        (Model, _options) = (model, options);
        Ended = Task.Run(() => LiveAsync(command, after));
    }

    /// <summary>The model.</summary>
    public string Model { get; }

    /// <summary>Done when it answers; fails when it cannot.</summary>
    public Task<ServedModel> Ready => _ready.Task;

    /// <summary>Done when there is no process any more; never fails.</summary>
    public Task Ended { get; }

    /// <summary>True when it answers or will.</summary>
    public bool IsUsable => !Ended.IsCompleted && !Ready.IsFaulted && !_stop.IsCancellationRequested;

    /// <summary>The last lines that it printed.</summary>
    public string LastWords
    {
        get
        {
            lock (_lines)
            {
                return _lines.Count == 0 ? "it said nothing" : string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Asks it to end.</summary>
    public void Stop() => _stop.Cancel();

    private async Task LiveAsync(Func<string, ProcessStartInfo> command, Task after)
    {
        try
        {
            await after;
            _stop.Token.ThrowIfCancellationRequested();
            string key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
            using Process process = Start(command(Model), key);
            await LiveAsync(process, key);
            _ready.TrySetException(new UserError($"model '{Model}' could not be started: {LastWords}", ExitCodes.Failed));
        }
        catch (Exception e)
        {
            _ready.TrySetException(e is OperationCanceledException ? new UserError($"model '{Model}' was stopped before it was ready", ExitCodes.Failed) : e);
        }

        _ = _ready.Task.Exception; // nobody may have waited for it
    }

    private async Task LiveAsync(Process process, string key)
    {
        Task words = Task.WhenAll(ReadAsync(process.StandardOutput, key), ReadAsync(process.StandardError, null));
        Task ended = process.WaitForExitAsync();
        if (await Task.WhenAny(ended, _ready.Task, Task.Delay(_options.StartPatience, _stop.Token)) is { } first && first != ended && first != _ready.Task && !_stop.IsCancellationRequested)
        {
            _ready.TrySetException(new UserError(FormattableString.Invariant($"model '{Model}' was not ready within {_options.StartPatience.TotalSeconds:0} seconds; it said last: {LastWords}"), ExitCodes.Failed));
            _stop.Cancel();
        }

        await Task.WhenAny(ended, Task.Delay(Timeout.Infinite, _stop.Token));
        if (!ended.IsCompleted)
        {
            process.StandardInput.Close();
            await Task.WhenAny(ended, Task.Delay(_options.StopPatience));
        }

        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        await ended;
        await Task.WhenAny(words, Task.Delay(LastWordsPatience));
    }

    private static Process Start(ProcessStartInfo start, string key)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        start.Environment[KeyVariable] = key;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new UserError($"{start.FileName} cannot be started: {e.Message}; set {AlignCommand.Variable} to the path of Alignment.dll", ExitCodes.Failed, e);
        }
    }

    private async Task ReadAsync(StreamReader output, string? key)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            if (key is not null && ReadyLine().Match(line) is { Success: true } match)
            {
                _ready.TrySetResult(new(match.Groups[1].Value, new Uri(match.Groups[2].Value), key));
                continue;
            }

            lock (_lines)
            {
                _lines.Enqueue(line);
                if (_lines.Count > KeptLines)
                {
                    _lines.Dequeue();
                }
            }
        }
    }

    [GeneratedRegex(@"^serving (.+) on (http://127\.0\.0\.1:\d+)$")]
    private static partial Regex ReadyLine();
}
