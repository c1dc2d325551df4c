using Alignment.Pipeline.Serving;
using Alignment.Pipeline.Serving.Add;
using Alignment.Pipeline.Serving.Ask;
using Alignment.Shared;
using Alignment.Shared.Preferences;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Alignment.Labeling.Web.Components.Pages.Try;

/// <summary>One prompt, the answers of two models beside each other, and the way from there to the annotators.</summary>
public sealed partial class SideBySide : IDisposable
{
    /// <summary>The longest text of a box; a circuit takes messages up to a limit.</summary>
    private const int Longest = 60_000;

    private readonly SamplingForm _sampling = new();
    private List<PaneAnswer> _panes = [];
    private IReadOnlyList<Message> _asked = [];
    private Sampling _askedWith = new();
    private CancellationTokenSource _stop = new();
    private string _first = "", _second = "", _system = "", _prompt = "", _project = "", _addedTo = "";
    private AddedAnswers? _added;
    private UserError? _problem;
    private bool _sending;

    /// <summary>The models.</summary>
    [Parameter, EditorRequired]
    public required ModelChoice Choice { get; set; }

    /// <summary>The projects that there are.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<string> Projects { get; set; }

    [Inject]
    private Messages Messages { get; set; } = null!;

    private bool IsComing => _panes.Exists(pane => pane.IsComing);

    private PaneAnswer[] Whole => [.. _panes.Where(pane => pane.IsWhole)];

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnInitialized() => (_first, _second, _project) = (Choice.First, Choice.Second, Projects.Count > 0 ? Projects[0] : "");

    private Task KeyAsync(KeyboardEventArgs key) => key is { Key: "Enter", CtrlKey: true } or { Key: "Enter", MetaKey: true } ? AskAsync() : Task.CompletedTask;

    private async Task AskAsync()
    {
        if (IsComing || string.IsNullOrWhiteSpace(_prompt) || _first.Length == 0)
        {
            return;
        }

        _asked = string.IsNullOrWhiteSpace(_system) ? [new(Roles.User, _prompt)] : [new(Roles.System, _system), new(Roles.User, _prompt)];
        (_askedWith, _added, _problem) = (_sampling.ToSampling(), null, null);
        _panes = [.. new[] { _first, _second }.Where(model => model.Length > 0).Select(model => new PaneAnswer(model))];
        _stop.Dispose();
        _stop = new();
        CancellationToken stop = _stop.Token;
        await Task.WhenAll(_panes.Select(pane => pane.ReadAsync(Messages, new AskModel(pane.Model, _asked, _askedWith), StateHasChanged, stop)));
    }

    private void Stop() => _stop.Cancel();

    private async Task SendAsync()
    {
        if (_sending || IsComing || Whole.Length == 0)
        {
            return;
        }

        (_sending, _problem, _added) = (true, null, null);
        try
        {
            _added = await Messages.SendAsync(new AddAnswers(_project, _asked, [.. Whole.Select(pane => new ModelAnswer(pane.Model, pane.Text))], _askedWith));
            _addedTo = _project;
        }
        catch (UserError e)
        {
            _problem = e;
        }
        finally
        {
            _sending = false;
        }
    }
}
