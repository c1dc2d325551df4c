using System.Collections.Immutable;
using Alignment.Pipeline.Runs.Compare;
using Alignment.Shared;
using Microsoft.AspNetCore.Components;

namespace Alignment.Labeling.Web.Components.Pages.Runs;

/// <summary>Runs over each other: their settings where they differ, their last numbers, their charts.</summary>
public sealed partial class CompareRunsPage
{
    private const int MostRuns = 8;
    private string[] _ids = [];
    private RunComparison? _comparison;
    private IReadOnlyDictionary<string, SortedDictionary<string, double>> _latest = ImmutableDictionary<string, SortedDictionary<string, double>>.Empty;
    private UserError? _problem;

    /// <summary>The runs with commas between.</summary>
    [SupplyParameterFromQuery]
    public string? Ids { get; set; }

    [Inject]
    private Messages Messages { get; set; } = null!;

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        string[] ids = [.. (Ids ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct()];
        (_comparison, _problem) = (null, null);
        try
        {
            if (ids.Length > MostRuns)
            {
                throw new UserError($"{ids.Length} runs are more than the {MostRuns} that colours can tell apart: choose fewer");
            }

            _comparison = await Messages.SendAsync(new CompareRuns(ids));
            _ids = ids;
        }
        catch (UserError e)
        {
            _problem = e;
        }
    }
}
