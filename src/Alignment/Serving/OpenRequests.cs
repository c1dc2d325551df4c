using Microsoft.AspNetCore.Http;

namespace Alignment.Serving;

/// <summary>Counts requests in work, so that a stop can let them finish and take no new ones in.</summary>
internal sealed class OpenRequests : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _aborted = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    /// <summary>Whether the server takes nobody in any more.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Set when the time for finishing is over.</summary>
    public CancellationToken Aborted => _aborted.Token;

    /// <summary>Takes a request in.</summary>
    /// <exception cref="ApiError">The server stops.</exception>
    public void Enter()
    {
        lock (_gate)
        {
            _count += IsStopping ? throw Stopping() : 1;
        }
    }

    /// <summary>A request is over.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _count--;
            EndWhenEmpty();
        }
    }

    /// <summary>Takes nobody in any more; completes when the last request is over.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            IsStopping = true;
            EndWhenEmpty();
        }

        return _empty.Task;
    }

    /// <summary>Ends the requests that are still in work.</summary>
    public Task AbortAsync() => _aborted.CancelAsync();

    /// <summary>What requests are told while the server stops.</summary>
    public static ApiError Stopping() => new(StatusCodes.Status503ServiceUnavailable, "server_stopping", "The server is stopping.");

    /// <inheritdoc/>
    public void Dispose() => _aborted.Dispose();

    private void EndWhenEmpty()
    {
        if (IsStopping && _count == 0)
        {
            _empty.TrySetResult();
        }
    }
}
