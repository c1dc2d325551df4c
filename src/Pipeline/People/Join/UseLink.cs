using Alignment.Pipeline.Storage;
using Alignment.Shared;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Alignment.Pipeline.People.Join;

/// <summary>Uses a link up: makes the person, or sets the person's password.</summary>
/// <param name="Token">The end of the link's address.</param>
/// <param name="Name">The name to sign in with; of a new person only.</param>
/// <param name="Password">The password.</param>
[OpenToAll("whoever has the token is meant")]
public sealed record UseLink(string Token, string? Name, string Password) : IRequest<string>;

internal sealed class UseLinkValidator : AbstractValidator<UseLink>
{
    public UseLinkValidator() => RuleFor(message => message.Password).NotEmpty().WithMessage("choose a password");
}

/// <summary>Answers with the person's id.</summary>
internal sealed class UseLinkHandler(AlignmentDb db, UserManager<Person> people, TimeProvider clock) : IRequestHandler<UseLink, string>
{
    public async Task<string> Handle(UseLink request, CancellationToken cancellationToken)
    {
        await using IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        DateTime now = clock.GetUtcNow().UtcDateTime;
        SignInLink link = await LinkLook.GetAsync(db, request.Token, now, cancellationToken);
        int used = await db.Links.Where(row => row.Id == link.Id && row.UsedAt == null)
            .ExecuteUpdateAsync(change => change.SetProperty(row => row.UsedAt, now), cancellationToken);
        if (used == 0)
        {
            throw new UserError("this link was used a moment ago; sign in with your password");
        }

        Person person = link.PersonId is null ? await JoinAsync(link, request, now) : await ResetAsync(link.PersonId, request);
        await transaction.CommitAsync(cancellationToken);
        return person.Id;
    }

    private async Task<Person> JoinAsync(SignInLink link, UseLink request, DateTime now)
    {
        var person = new Person { UserName = request.Name?.Trim(), CreatedAt = now };
        Check(await people.CreateAsync(person, request.Password));
        Check(await people.AddToRolesAsync(person, link.Roles.Split(',', StringSplitOptions.RemoveEmptyEntries)));
        return person;
    }

    private async Task<Person> ResetAsync(string personId, UseLink request)
    {
        Person person = await people.FindByIdAsync(personId) ?? throw new UserError("the account of this link is gone");
        Check(await people.ResetPasswordAsync(person, await people.GeneratePasswordResetTokenAsync(person), request.Password));
        Check(await people.SetLockoutEndDateAsync(person, null));
        return person;
    }

    private static void Check(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new UserError(string.Join(' ', result.Errors.Select(error => error.Description)));
        }
    }
}
