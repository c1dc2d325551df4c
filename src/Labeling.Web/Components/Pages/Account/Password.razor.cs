using Alignment.Pipeline.People;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;

namespace Alignment.Labeling.Web.Components.Pages.Account;

/// <summary>One's own new password.</summary>
public partial class Password
{
    private string? _problem;
    private bool _done;

    [SupplyParameterFromForm]
    private PasswordForm? Form { get; set; }

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    [Inject]
    private SignInManager<Person> Manager { get; set; } = null!;

    private async Task ChangeAsync()
    {
        Person person = await Manager.UserManager.GetUserAsync(Context.User) ?? throw new AccessRefused("sign in first");
        IdentityResult result = await Manager.UserManager.ChangePasswordAsync(person, Form?.Old ?? "", Form?.New ?? "");
        _problem = result.Succeeded ? null : string.Join(' ', result.Errors.Select(error => error.Description));
        _done = result.Succeeded;
        if (_done)
        {
            await Manager.RefreshSignInAsync(person);
        }
    }

    /// <summary>What the form sends.</summary>
    public sealed class PasswordForm
    {
        /// <summary>The password until now.</summary>
        public string? Old { get; set; }

        /// <summary>The one from now on.</summary>
        public string? New { get; set; }
    }
}
