using System.Threading.Channels;
using Alignment.Pipeline.Runs;

namespace Alignment.Labeling.Web.Components.Pages.Runs;

/// <summary>Wakes a page when a run changes. Many changes at once wake it once.</summary>
internal sealed class RunPulse : IDisposable
{
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly IDisposable _subscription;

    /// <summary>Listens from now on.</summary>
    /// <param name="events">Where changes are told.</param>
    /// <param name="concerns">The runs that matter; null for all.</param>
    public RunPulse(IRunEvents events, IReadOnlyCollection<string>? concerns = null) => _subscription = events.Subscribe(change =>
    {
        if (concerns?.Contains(change.RunId) != false)
        {
            _changes.Writer.TryWrite(true);
        }
    });

    /// <summary>Waits for the next change, but no longer than <paramref name="most"/>.</summary>
    /// <param name="least">Shorter waits than this are made as long, so that a page is not busier than an eye.</param>
    /// <param name="most">The longest wait.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task NextAsync(TimeSpan least, TimeSpan most, CancellationToken cancellationToken)
    {
        await Task.Delay(least, cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(most);
        try
        {
            await _changes.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // nothing happened for a while: the page looks again all the same
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _subscription.Dispose();
}
