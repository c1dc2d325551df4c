using System.Runtime.InteropServices;
using Alignment.Pipeline.Runs;
using Alignment.Pipeline.Runs.Series;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Alignment.Labeling.Web.Components.Pages.Runs;

/// <summary>Live charts: asks for what is new of each run and passes it on as columns of float64, a few times a second at most.</summary>
public sealed partial class RunCharts : IAsyncDisposable
{
    private const int MostSteps = 4000;
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(400), Most = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _left = new();
    private readonly Dictionary<string, SortedDictionary<string, double>> _latest = new(StringComparer.Ordinal);
    private ElementReference _root;
    private IJSObjectReference? _module, _board;
    private SeriesFrom[] _places = [];
    private Task _following = Task.CompletedTask;

    /// <summary>The runs, in the order of their colours.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<string> Runs { get; set; } = [];

    /// <summary>Called with the last value of each metric by run, whenever there are new ones.</summary>
    [Parameter]
    public EventCallback<IReadOnlyDictionary<string, SortedDictionary<string, double>>> Latest { get; set; }

    [Inject]
    private Messages Messages { get; set; } = null!;

    [Inject]
    private IRunEvents Events { get; set; } = null!;

    [Inject]
    private IJSRuntime Script { get; set; } = null!;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _left.CancelAsync();
        await _following;
        _left.Dispose();
        try
        {
            if (_board is not null)
            {
                await _board.InvokeVoidAsync("dispose");
                await _board.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // the browser is gone, and its charts with it
        }
    }

    /// <inheritdoc/>
    protected override bool ShouldRender() => false; // what the script made must stay

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _following = FollowAsync();
        }
    }

    private async Task FollowAsync()
    {
        using var pulse = new RunPulse(Events, [.. Runs]);
        try
        {
            _module = await Script.InvokeAsync<IJSObjectReference>("import", _left.Token, "./js/charts.js");
            _board = await _module.InvokeAsync<IJSObjectReference>("create", _left.Token, _root, Runs);
            _places = [.. Runs.Select(run => new SeriesFrom(run))];
            while (!_left.IsCancellationRequested)
            {
                await TakeAsync();
                await pulse.NextAsync(Least, Most, _left.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or JSDisconnectedException or ObjectDisposedException && _left.IsCancellationRequested)
        {
            // the page was left
        }
        catch (JSDisconnectedException)
        {
            // the circuit ends
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
    }

    private async Task TakeAsync()
    {
        IReadOnlyList<RunColumns> news = await Messages.SendAsync(new RunSeries(_places), _left.Token);
        try
        {
            for (int run = 0; run < news.Count; run++)
            {
                await ShowAsync(run, news[run]);
                _places[run] = new(_places[run].RunId, news[run].Cursor);
            }
        }
        catch (TaskCanceledException) when (!_left.IsCancellationRequested)
        {
            return; // the connection was away for a while: the same is asked for again
        }

        if (news.Any(columns => columns.Steps.Length > 0))
        {
            await Latest.InvokeAsync(_latest);
        }
    }

    private async Task ShowAsync(int run, RunColumns columns)
    {
        string[] names = [.. columns.Values.Keys];
        for (int from = 0; from < columns.Steps.Length; from += MostSteps)
        {
            int rows = Math.Min(MostSteps, columns.Steps.Length - from);
            await _board!.InvokeVoidAsync("append", _left.Token, run, names, Pack(columns, names, from, rows));
        }

        SortedDictionary<string, double> latest = _latest.TryGetValue(columns.RunId, out SortedDictionary<string, double>? known) ? known : _latest[columns.RunId] = new(StringComparer.Ordinal);
        foreach (string name in names)
        {
            latest[name] = columns.Values[name].Last(value => value is not null)!.Value;
        }
    }

    // Column after column, the steps first; NaN where a step has no value.
    private static byte[] Pack(RunColumns columns, string[] names, int from, int rows)
    {
        byte[] bytes = new byte[sizeof(double) * rows * (names.Length + 1)];
        Span<double> numbers = MemoryMarshal.Cast<byte, double>(bytes.AsSpan());
        for (int row = 0; row < rows; row++)
        {
            numbers[row] = columns.Steps[from + row];
            for (int i = 0; i < names.Length; i++)
            {
                numbers[((i + 1) * rows) + row] = columns.Values[names[i]][from + row] ?? double.NaN;
            }
        }

        return bytes;
    }
}
