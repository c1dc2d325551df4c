using Alignment.Pipeline.Labeling.Progress;
using Alignment.Shared;
using Microsoft.AspNetCore.Components;

namespace Alignment.Labeling.Web.Components.Pages.Label;

/// <summary>Leads to what is open in a project: pairs before single answers.</summary>
public partial class LabelStart
{
    private string? _problem;

    /// <summary>The project's name.</summary>
    [Parameter]
    public string Project { get; set; } = "";

    [Inject]
    private Messages Messages { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        try
        {
            ProjectProgress progress = (await Messages.SendAsync(new MyProgress(await Messages.PersonIdAsync()) { Project = Project }))[0];
            Navigation.NavigateTo($"label/{Project}/{(progress is { OpenPairs: 0, OpenSingles: > 0 } ? "singles" : "pairs")}");
        }
        catch (UserError e)
        {
            _problem = e.Message;
        }
    }
}
