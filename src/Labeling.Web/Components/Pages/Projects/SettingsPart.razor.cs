using Alignment.Pipeline.Projects.Change;
using Alignment.Pipeline.Projects.Progress;
using Alignment.Pipeline.Projects.Show;
using Microsoft.AspNetCore.Components;

namespace Alignment.Labeling.Web.Components.Pages.Projects;

/// <summary>Overlap, guidelines and content warning of a project.</summary>
public partial class SettingsPart : DataPage
{
    private int _overlap;
    private string _guidelines = "", _warning = "", _said = "";

    /// <summary>The project.</summary>
    [Parameter, EditorRequired]
    public required ProjectDetails Project { get; set; }

    /// <summary>How far its people are.</summary>
    [Parameter]
    public ProjectProgress? Progress { get; set; }

    /// <summary>Something was saved.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    /// <inheritdoc/>
    protected override void OnInitialized() => (_overlap, _guidelines, _warning) = (Project.Overlap, Project.Guidelines ?? "", Project.ContentWarning ?? "");

    private async Task SaveAsync()
    {
        _said = "";
        bool changed = false;
        if (await TryAsync(async () => changed = await Messages.SendAsync(new ChangeProject(Project.Name) { Overlap = _overlap, Guidelines = _guidelines, ContentWarning = _warning })))
        {
            _said = changed ? "Saved." : "Nothing was changed.";
            await Changed.InvokeAsync();
        }
    }

    // What the number in the field means for the items that there are.
    private string Change() => Progress is not { Items: > 0 } progress || _overlap < 1 ? ""
        : _overlap == Project.Overlap ? $"{Left(progress)} to do."
        : _overlap > Project.Overlap
            ? $"More people per item: {Figures.Count(progress.Done(Project.Overlap) - progress.Done(_overlap))} of the items that are done open again, for people who have not judged them; {Left(progress)} to do. "
                + "What came as surplus until now stays surplus."
            : $"Fewer people per item: no judgment is taken away. {Left(progress)} to do; "
                + $"{Figures.Count(progress.Beyond(_overlap), "judgment that goes", "judgments that go")} beyond that still count in agreement and datasets.";

    private string Left(ProjectProgress progress)
    {
        long left = progress.Needed(_overlap) - progress.Filled(_overlap);
        return $"{Figures.Count(left, "judgment is", "judgments are")} left";
    }
}
