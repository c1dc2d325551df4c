using Alignment.Pipeline.People;
using Microsoft.AspNetCore.Identity;

namespace Alignment.Labeling.Web.Security;

/// <summary>Who may sign in: everybody whose account is not closed.</summary>
internal sealed class OpenAccount : IUserConfirmation<Person>
{
    /// <summary>How long a closed account or a changed role goes unnoticed at most.</summary>
    public static readonly TimeSpan CheckEvery = TimeSpan.FromMinutes(1);

    public Task<bool> IsConfirmedAsync(UserManager<Person> manager, Person user) => Task.FromResult(!user.Closed);
}
