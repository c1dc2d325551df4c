using Alignment.Pipeline.People;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;

namespace Alignment.Labeling.Web.Components.Pages.Account;

/// <summary>Name and password.</summary>
public partial class SignIn
{
    private string? _problem;

    [SupplyParameterFromForm]
    private SignInForm? Form { get; set; }

    [SupplyParameterFromQuery(Name = "back")]
    private string? Back { get; set; }

    [Inject]
    private SignInManager<Person> Manager { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private async Task SignInAsync()
    {
        SignInResult result = await Manager.PasswordSignInAsync(Form?.Name ?? "", Form?.Password ?? "", isPersistent: true, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            Navigation.NavigateTo(LocalPath.OrStart(Back, Navigation));
            return;
        }

        _problem = result.IsLockedOut ? "Too many wrong passwords. Wait five minutes, or ask an admin for a link."
            : result.IsNotAllowed ? "This account is closed. Ask an admin."
            : "Name or password is wrong.";
    }

    /// <summary>What the form sends.</summary>
    public sealed class SignInForm
    {
        /// <summary>The name.</summary>
        public string? Name { get; set; }

        /// <summary>The password.</summary>
        public string? Password { get; set; }
    }
}
