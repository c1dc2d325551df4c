using Microsoft.Extensions.Logging;

namespace Alignment.Pipeline.Runs.Worker;

/// <inheritdoc/>
internal sealed class RunWorker(RunRound round, RunAdoption adoption, IRunEvents events, RunWorkerOptions options, ILogger<RunWorker> logger) : IRunWorker
{
    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stop)
    {
        using var wake = new SemaphoreSlim(1, 1);
        using IDisposable _ = events.Subscribe(change => Wake(wake, change));
        try
        {
            while (true)
            {
                await wake.WaitAsync(round.HasWork ? options.Poll : options.IdlePoll, stop);
                await OnceAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await round.EndAsync();
        }
    }

    private static void Wake(SemaphoreSlim wake, RunChanged change)
    {
        if (change.Change == RunChange.State && wake.CurrentCount == 0)
        {
            try
            {
                wake.Release();
            }
            catch (SemaphoreFullException)
            {
                // somebody else woke it in this very moment
            }
        }
    }

    // The database may be locked, a disk full: the worker says so and tries again, it never ends by itself.
    private async Task OnceAsync(CancellationToken stop)
    {
        try
        {
            await adoption.ScanAsync(stop);
            await round.GoAsync(stop);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogMessages.RunWorkerFaulted(logger, e);
            await Task.Delay(options.IdlePoll, stop);
        }
    }
}
