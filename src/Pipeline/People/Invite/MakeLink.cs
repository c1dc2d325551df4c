using Alignment.Pipeline.Storage;
using Alignment.Shared;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.People.Invite;

/// <summary>A link with which somebody joins, or sets a new password.</summary>
/// <param name="Roles">The roles of the new person; empty for a new password.</param>
/// <param name="PersonId">Whose password; null to invite somebody new.</param>
[Needs(Role.Admin)]
public sealed record MakeLink(IReadOnlyCollection<string> Roles, string? PersonId = null) : IRequest<MadeLink>
{
    /// <summary>How long a link works.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromDays(7);
}

/// <summary>A new link; the token is told this once and not kept.</summary>
/// <param name="Token">The end of its address.</param>
/// <param name="ExpiresAt">When it ends (UTC).</param>
public sealed record MadeLink(string Token, DateTime ExpiresAt);

internal sealed class MakeLinkValidator : AbstractValidator<MakeLink>
{
    public MakeLinkValidator()
    {
        RuleForEach(message => message.Roles).Must(role => Role.All.Contains(role)).WithMessage((_, role) => $"there is no role '{role}'; known: {string.Join(", ", Role.All)}");
        RuleFor(message => message.Roles).NotEmpty().When(message => message.PersonId is null).WithMessage("choose at least one role for the new person");
        RuleFor(message => message.Roles).Empty().When(message => message.PersonId is not null).WithMessage("a link for a new password changes no roles");
    }
}

internal sealed class MakeLinkHandler(Transactions transactions, TimeProvider clock) : IRequestHandler<MakeLink, MadeLink>
{
    public Task<MadeLink> Handle(MakeLink request, CancellationToken cancellationToken) => transactions.RunAsync(
        async (db, token) =>
        {
            if (request.PersonId is { } id && !await db.Users.AnyAsync(person => person.Id == id, token))
            {
                throw new UserError("there is no such person: reload the page");
            }

            DateTime now = clock.GetUtcNow().UtcDateTime;
            string secret = SignInLink.NewToken();
            db.Links.Add(new SignInLink
            {
                TokenHash = SignInLink.Hash(secret),
                Roles = string.Join(',', request.Roles.Distinct().Order(StringComparer.Ordinal)),
                PersonId = request.PersonId,
                CreatedAt = now,
                ExpiresAt = now + MakeLink.Lifetime,
            });
            return new MadeLink(secret, now + MakeLink.Lifetime);
        },
        cancellationToken);
}
