using Microsoft.AspNetCore.Identity;

namespace Alignment.Pipeline.People;

/// <summary>
/// The token between asking for a password reset and doing it, both inside one request: the link that allows it is checked
/// before. It is bound to the security stamp, which the reset changes.
/// </summary>
internal sealed class ResetTokens : IUserTwoFactorTokenProvider<Person>
{
    public Task<string> GenerateAsync(string purpose, UserManager<Person> manager, Person user) =>
        Task.FromResult(SignInLink.Hash($"{purpose}\n{user.Id}\n{user.SecurityStamp}"));

    public async Task<bool> ValidateAsync(string purpose, string token, UserManager<Person> manager, Person user) =>
        token == await GenerateAsync(purpose, manager, user);

    public Task<bool> CanGenerateTwoFactorTokenAsync(UserManager<Person> manager, Person user) => Task.FromResult(false);
}
