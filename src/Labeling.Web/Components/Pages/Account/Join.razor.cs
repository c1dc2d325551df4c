using Alignment.Pipeline.People;
using Alignment.Pipeline.People.Join;
using Alignment.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;

namespace Alignment.Labeling.Web.Components.Pages.Account;

/// <summary>What a link leads to: a name and a password, or a new password.</summary>
public partial class Join
{
    private LinkPurpose? _purpose;
    private string? _problem;

    /// <summary>The end of the link's address.</summary>
    [Parameter]
    public string Token { get; set; } = "";

    [SupplyParameterFromForm]
    private JoinForm? Form { get; set; }

    [Inject]
    private Messages Messages { get; set; } = null!;

    [Inject]
    private SignInManager<Person> Manager { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        try
        {
            _purpose = await Messages.SendAsync(new ShowLink(Token));
        }
        catch (UserError e)
        {
            _problem = e.Message;
        }
    }

    private async Task JoinAsync()
    {
        if (Form?.Password != Form?.Again)
        {
            _problem = "The two passwords differ.";
            return;
        }

        try
        {
            string id = await Messages.SendAsync(new UseLink(Token, Form?.Name, Form?.Password ?? ""));
            await Manager.SignInAsync((await Manager.UserManager.FindByIdAsync(id))!, isPersistent: true);
        }
        catch (UserError e)
        {
            _problem = e.Message;
            return;
        }

        Navigation.NavigateTo("");
    }

    /// <summary>What the form sends.</summary>
    public sealed class JoinForm
    {
        /// <summary>The name.</summary>
        public string? Name { get; set; }

        /// <summary>The password.</summary>
        public string? Password { get; set; }

        /// <summary>The password again.</summary>
        public string? Again { get; set; }
    }
}
