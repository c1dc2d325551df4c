using Alignment.Pipeline.Storage;
using Alignment.Shared;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore.Storage;

namespace Alignment.Pipeline.People.Change;

/// <summary>Sets a person's roles and closes or opens the account. Takes effect within a minute where the person is signed in.</summary>
/// <param name="PersonId">The person.</param>
/// <param name="Roles">All roles that the person has afterwards.</param>
/// <param name="Closed">Whether the account is closed afterwards.</param>
[Needs(Role.Admin)]
public sealed record ChangePerson(string PersonId, IReadOnlyCollection<string> Roles, bool Closed) : IRequest<bool>;

internal sealed class ChangePersonValidator : AbstractValidator<ChangePerson>
{
    public ChangePersonValidator()
    {
        RuleForEach(message => message.Roles).Must(role => Role.All.Contains(role)).WithMessage((_, role) => $"there is no role '{role}'; known: {string.Join(", ", Role.All)}");
        RuleFor(message => message.Roles).NotEmpty().WithMessage("a person has at least one role; close the account instead");
    }
}

/// <summary>Answers true when something changed.</summary>
internal sealed class ChangePersonHandler(AlignmentDb db, UserManager<Person> people) : IRequestHandler<ChangePerson, bool>
{
    public async Task<bool> Handle(ChangePerson request, CancellationToken cancellationToken)
    {
        await using IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        Person person = await people.FindByIdAsync(request.PersonId) ?? throw new UserError("there is no such person: reload the page");
        IList<string> now = await people.GetRolesAsync(person);
        string[] lost = [.. now.Except(request.Roles)], gained = [.. request.Roles.Except(now)];
        if (lost.Length + gained.Length == 0 && person.Closed == request.Closed)
        {
            return false;
        }

        await people.RemoveFromRolesAsync(person, lost);
        await people.AddToRolesAsync(person, gained);
        person.Closed = request.Closed;
        await people.UpdateSecurityStampAsync(person);
        if ((await people.GetUsersInRoleAsync(Role.Admin)).All(admin => admin.Closed))
        {
            throw new UserError($"{person.UserName} is the last admin: make somebody else admin first");
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}
