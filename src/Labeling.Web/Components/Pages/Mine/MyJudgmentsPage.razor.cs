using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Labeling.Mine;
using Alignment.Shared;
using Microsoft.AspNetCore.Components;

namespace Alignment.Labeling.Web.Components.Pages.Mine;

/// <summary>What one judged, newest first.</summary>
public partial class MyJudgmentsPage
{
    private JudgmentPage? _page;
    private string _person = "";
    private string? _problem;

    [SupplyParameterFromQuery(Name = "before")]
    private long? Before { get; set; }

    [SupplyParameterFromQuery(Name = "changed")]
    private bool Changed { get; set; }

    [Inject]
    private Messages Messages { get; set; } = null!;

    [Inject]
    private LabelingSettings Settings { get; set; } = null!;

    private string Window => FormattableString.Invariant($"{Settings.ChangeWindow.TotalHours:0.##} hours");

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        try
        {
            _person = await Messages.PersonIdAsync();
            _page = await Messages.SendAsync(new MyJudgments(_person) { Before = Before });
        }
        catch (UserError e)
        {
            _problem = e.Message;
        }
    }
}
