using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Alignment.Pipeline.Runs;

/// <inheritdoc/>
internal sealed class RunEvents(ILogger<RunEvents> logger) : IRunEvents
{
    private readonly ConcurrentDictionary<Subscription, Action<RunChanged>> _listeners = [];

    /// <inheritdoc/>
    public IDisposable Subscribe(Action<RunChanged> listener)
    {
        var subscription = new Subscription(_listeners);
        _listeners[subscription] = listener;
        return subscription;
    }

    /// <inheritdoc/>
    public void Publish(RunChanged change)
    {
        foreach (Action<RunChanged> listener in _listeners.Values)
        {
            try
            {
                listener(change);
            }
            catch (Exception e)
            {
                LogMessages.RunListenerFailed(logger, e); // a page that is being closed must not end the worker
            }
        }
    }

    private sealed class Subscription(ConcurrentDictionary<Subscription, Action<RunChanged>> listeners) : IDisposable
    {
        public void Dispose() => listeners.TryRemove(this, out _);
    }
}
