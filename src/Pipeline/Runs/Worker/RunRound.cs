using Alignment.Shared;
using Alignment.Shared.Runs;
using Microsoft.Extensions.Logging;

namespace Alignment.Pipeline.Runs.Worker;

/// <summary>What a worker has in hand, and one round through it.</summary>
internal sealed class RunRound(RunClaims claims, RunLauncher launcher, RunWatcher watcher, DataFolder data, ILogger<RunRound> logger)
{
    private readonly Dictionary<string, WatchedRun> _watched = new(StringComparer.Ordinal);

    /// <summary>True while a run works.</summary>
    public bool HasWork => _watched.Count > 0;

    /// <summary>Takes what is to be taken, starts what is to be started, looks at everything once.</summary>
    public async Task GoAsync(CancellationToken cancellationToken)
    {
        await claims.RenewAsync(cancellationToken);
        foreach (Run run in await claims.TakeOverAsync(cancellationToken))
        {
            LogMessages.RunTakenOver(logger, run.Id);
            RunChild? child = run is { ChildProcessId: int id, ChildStartedAt: DateTime started } ? new(new(id, new(started, TimeSpan.Zero))) : null;
            _watched[run.Id] = new(run, FolderOf(run), child);
        }

        while (await claims.TakeNextAsync(cancellationToken) is { } run)
        {
            await StartAsync(run, cancellationToken);
        }

        foreach (WatchedRun watched in _watched.Values.ToArray())
        {
            await LookAsync(watched, cancellationToken);
        }
    }

    /// <summary>Gives everything back; the runs go on.</summary>
    public Task EndAsync()
    {
        _watched.Clear();
        return claims.GiveBackAsync();
    }

    private RunFolder FolderOf(Run run) => new(Path.Combine(data.Runs, run.Id));

    private async Task StartAsync(Run run, CancellationToken cancellationToken)
    {
        var watched = new WatchedRun(run, FolderOf(run), null);
        try
        {
            watched.Child = launcher.Launch(run);
            LogMessages.RunStarted(logger, run.Id, watched.Child.Identity.Id);
            _watched[run.Id] = watched;
        }
        catch (Exception e) when (e is UserError or IOException or UnauthorizedAccessException)
        {
            await watcher.EndAsync(watched, RunState.Failed, e.Message, cancellationToken);
        }
    }

    // What goes wrong with one run must not keep the worker from the others; the next round tries again.
    private async Task LookAsync(WatchedRun watched, CancellationToken cancellationToken)
    {
        try
        {
            if (await watcher.LookAsync(watched, cancellationToken))
            {
                _watched.Remove(watched.Run.Id);
                watched.Child?.Process?.Dispose();
                LogMessages.RunEnded(logger, watched.Run.Id);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogMessages.RunFaulted(logger, e, watched.Run.Id);
        }
    }
}
