using Alignment.Pipeline.Labeling.Change;
using Alignment.Pipeline.Labeling.Mine;
using Alignment.Shared;
using Microsoft.AspNetCore.Components;

namespace Alignment.Labeling.Web.Components.Pages.Mine;

/// <summary>One of one's own judgments with what it is about, and a form that changes it inside the window.</summary>
public partial class MyJudgmentPage
{
    private readonly string _key = Guid.NewGuid().ToString("N");
    private OwnJudgmentInFull? _own;
    private string _person = "";
    private string? _problem;

    /// <summary>The judgment.</summary>
    [Parameter]
    public long Id { get; set; }

    [SupplyParameterFromForm]
    private ChangeForm? Form { get; set; }

    [Inject]
    private Messages Messages { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        try
        {
            _person = await Messages.PersonIdAsync();
            _own = await Messages.SendAsync(new MyJudgment(_person, Id));
        }
        catch (UserError e)
        {
            _problem = e.Message;
        }
    }

    private async Task ChangeAsync()
    {
        try
        {
            await Messages.SendAsync(new ChangeJudgment(_person, Id, Form?.Key ?? "", Form?.Verdict ?? "") { Comment = Form?.Comment });
            Navigation.NavigateTo("my-judgments?changed=true");
        }
        catch (UserError e)
        {
            _problem = e.Message;
        }
    }

    /// <summary>What the form sends.</summary>
    public sealed class ChangeForm
    {
        /// <summary>Made with the form, so that a second press of its button changes nothing.</summary>
        public string? Key { get; set; }

        /// <summary>The verdict, about the stored answers.</summary>
        public string? Verdict { get; set; }

        /// <summary>The comment.</summary>
        public string? Comment { get; set; }
    }
}
