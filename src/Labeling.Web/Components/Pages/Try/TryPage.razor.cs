using Alignment.Pipeline.Projects.List;
using Alignment.Pipeline.Runs.Models;
using Alignment.Shared;
using Microsoft.AspNetCore.Components;

namespace Alignment.Labeling.Web.Components.Pages.Try;

/// <summary>Two models answer the same prompts, and the answers become items to label.</summary>
public partial class TryPage
{
    private ModelChoice? _choice;
    private IReadOnlyList<string> _projects = [];
    private UserError? _problem;
    private bool _file;

    /// <summary>The trained model that is wanted.</summary>
    [SupplyParameterFromQuery]
    public string? Model { get; set; }

    [Inject]
    private Messages Messages { get; set; } = null!;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        try
        {
            IReadOnlyList<ModelSummary> models = await Messages.SendAsync(new ListModels());
            _projects = [.. (await Messages.SendAsync(new ListProjects())).Select(project => project.Name)];
            string? trained = Model ?? models.FirstOrDefault(model => model.Kind == ModelKind.Trained)?.Name;
            IReadOnlyList<ModelStep> lineage = trained is null ? [] : (await Messages.SendAsync(new ShowModel(trained))).Lineage;
            _choice = ModelChoice.Of(models, trained, lineage);
        }
        catch (UserError e)
        {
            _problem = e;
        }
    }

    private static string Word(bool on) => on ? "true" : "false";
}
