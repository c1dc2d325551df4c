using Alignment.Pipeline.Runs;
using Alignment.Shared;
using Microsoft.AspNetCore.Components;

namespace Alignment.Labeling.Web.Components.Pages.Runs;

/// <summary>A page that looks again whenever a run changes, until it is left or its circuit ends.</summary>
public abstract class LivePage : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(500), Most = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _left = new();
    private Task _following = Task.CompletedTask;
    private RunPulse? _pulse;

    /// <summary>Sends the page's messages.</summary>
    [Inject]
    protected Messages Messages { get; set; } = null!;

    [Inject]
    private IRunEvents Events { get; set; } = null!;

    /// <summary>What the last look or a button threw; null when all is well.</summary>
    protected UserError? Problem { get; set; }

    /// <summary>The runs that matter; null for all.</summary>
    protected virtual IReadOnlyCollection<string>? Concerns => null;

    /// <summary>Looks.</summary>
    protected abstract Task LookAsync(CancellationToken cancellationToken);

    /// <summary>Looks for the first time and follows from then on.</summary>
    protected override async Task OnInitializedAsync()
    {
        _pulse = new RunPulse(Events, Concerns);
        await LookOnceAsync();
        _following = FollowAsync(_pulse);
    }

    /// <summary>Does what a button asks for and looks at once; what the user can mend is shown.</summary>
    protected async Task DoAsync(Func<Task> work)
    {
        try
        {
            await work();
            await LookAsync(_left.Token);
            Problem = null;
        }
        catch (UserError e)
        {
            Problem = e;
        }
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        await _left.CancelAsync();
        await _following;
        _pulse?.Dispose();
        _left.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task LookOnceAsync()
    {
        try
        {
            await LookAsync(_left.Token);
            Problem = null;
        }
        catch (UserError e)
        {
            Problem = e;
        }
    }

    private async Task FollowAsync(RunPulse pulse)
    {
        try
        {
            while (!_left.IsCancellationRequested)
            {
                await pulse.NextAsync(Least, Most, _left.Token);
                await LookOnceAsync();
                StateHasChanged();
            }
        }
        catch (OperationCanceledException) when (_left.IsCancellationRequested)
        {
            // the page was left
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
    }
}
