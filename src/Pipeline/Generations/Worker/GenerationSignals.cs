using System.Collections.Concurrent;

namespace Alignment.Pipeline.Generations.Worker;

/// <summary>What the messages tell the worker of this process: that there is work, that a job was cancelled.</summary>
internal sealed class GenerationSignals : IDisposable
{
    private readonly SemaphoreSlim _work = new(1);
    private readonly ConcurrentDictionary<int, CancellationTokenSource> _jobs = [];

    /// <summary>There is work.</summary>
    public void Wake() => _work.Release();

    /// <summary>Waits until there may be work.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _work.WaitAsync(cancellationToken);

    /// <summary>A job was cancelled.</summary>
    public void Cancel(int job)
    {
        if (_jobs.TryGetValue(job, out CancellationTokenSource? working))
        {
            working.Cancel();
        }
    }

    /// <summary>Does the work of a job with a token that ends when it is cancelled.</summary>
    /// <returns>False when it was cancelled.</returns>
    public async Task<bool> WorkAsync(int job, Func<CancellationToken, Task> work, CancellationToken stop)
    {
        var cancelled = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _jobs[job] = cancelled;
        try
        {
            await work(cancelled.Token);
            return true;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            _jobs.TryRemove(job, out _);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _work.Dispose();
}
