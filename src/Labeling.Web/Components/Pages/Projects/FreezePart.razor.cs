using System.Globalization;
using Alignment.Pipeline.Datasets.Freeze;
using Alignment.Pipeline.Projects.Show;
using Alignment.Shared.Snapshots;
using Microsoft.AspNetCore.Components;

namespace Alignment.Labeling.Web.Components.Pages.Projects;

/// <summary>A preview of what a dataset will keep and drop, then the dataset.</summary>
public partial class FreezePart : DataPage
{
    private SnapshotKind _kind;
    private double _share = 0.1;
    private bool _fromPairs, _bothBad, _busy;
    private string _id = "";
    private FreezeResult? _preview, _frozen;

    /// <summary>The project.</summary>
    [Parameter, EditorRequired]
    public required ProjectDetails Project { get; set; }

    private string Share => _share.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    protected override void OnInitialized() => _kind =
        Project.Items.ContainsKey("pair") ? SnapshotKind.Preference
        : Project.Items.ContainsKey("single") ? SnapshotKind.Unpaired
        : Project.Items.ContainsKey("demonstration") ? SnapshotKind.Demonstration
        : Project.Items.ContainsKey("text") ? SnapshotKind.Text
        : Project.Items.ContainsKey("prompt") ? SnapshotKind.Prompt
        : SnapshotKind.Preference;

    private static string Describe(SnapshotKind kind) => kind switch
    {
        SnapshotKind.Preference => "preference: pairs that one side won (DPO)",
        SnapshotKind.Unpaired => "unpaired: single answers, good or bad",
        SnapshotKind.Prompt => "prompt: each prompt once",
        SnapshotKind.Demonstration => "demonstration: conversations to imitate (SFT)",
        SnapshotKind.Text => "text: running text (SFT)",
        _ => kind.Name(),
    };

    private void ChooseKind(ChangeEventArgs e) => Choose(() => _kind = Enum.Parse<SnapshotKind>((string)e.Value!));

    private void ChooseShare(ChangeEventArgs e) =>
        Choose(() => _share = double.TryParse((string?)e.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double share) ? share : double.NaN);

    // A preview is of the settings that it was made with.
    private void Choose(Action set)
    {
        set();
        (_preview, _frozen) = (null, null);
    }

    private Task PreviewAsync() => SendAsync(dryRun: true, result => (_preview, _frozen) = (result, null));

    private Task FreezeAsync() => SendAsync(dryRun: false, result => (_preview, _frozen) = (null, result));

    private async Task SendAsync(bool dryRun, Action<FreezeResult> done)
    {
        _busy = true;
        _preview = null;
        bool unpaired = _kind == SnapshotKind.Unpaired;
        var message = new FreezeDataset
        {
            Project = Project.Name,
            Kind = _kind,
            TestShare = _share,
            FromPairs = unpaired && _fromPairs,
            BothBadAsNegatives = unpaired && _bothBad,
            Id = _id.Trim() is { Length: > 0 } id ? id : null,
            DryRun = dryRun,
        };
        await TryAsync(async () => done(await Task.Run(() => Messages.SendAsync(message))));
        _busy = false;
    }
}
