using Alignment.Pipeline.Projects.Progress;
using Alignment.Pipeline.Projects.Quality;
using Alignment.Pipeline.Projects.Show;
using Microsoft.AspNetCore.Components;

namespace Alignment.Labeling.Web.Components.Pages.Projects;

/// <summary>One project: what it holds, how far it is, who did what, and the datasets made of it.</summary>
public partial class ProjectPage : DataPage
{
    private ProjectDetails? _project;
    private ProjectProgress? _progress;
    private ProjectQuality? _quality;

    /// <summary>The project's name.</summary>
    [Parameter]
    public string Name { get; set; } = "";

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync() => LoadAsync();

    private Task LoadAsync() => TryAsync(async () =>
    {
        _project = null;
        _progress = await Messages.SendAsync(new ShowProgress(Name));
        _project = await Messages.SendAsync(new ShowProject(Name));
        StateHasChanged();
        _quality = await Task.Run(() => Messages.SendAsync(new ShowQuality(Name)));
    });
}
