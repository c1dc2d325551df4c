using Alignment.Pipeline.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.People.Join;

/// <summary>What a link is for.</summary>
/// <param name="Token">The end of its address.</param>
[OpenToAll("whoever has the token may see what it is for")]
public sealed record ShowLink(string Token) : IRequest<LinkPurpose>;

/// <summary>What a link is for.</summary>
/// <param name="Name">Whose password it sets; null when somebody new joins and chooses a name.</param>
/// <param name="Roles">The roles of whoever joins.</param>
public sealed record LinkPurpose(string? Name, IReadOnlyList<string> Roles);

internal sealed class ShowLinkHandler(IDbContextFactory<AlignmentDb> contexts, TimeProvider clock) : IRequestHandler<ShowLink, LinkPurpose>
{
    public async Task<LinkPurpose> Handle(ShowLink request, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        SignInLink link = await LinkLook.GetAsync(db, request.Token, clock.GetUtcNow().UtcDateTime, cancellationToken);
        string? name = link.PersonId is null ? null : (await db.Users.SingleAsync(person => person.Id == link.PersonId, cancellationToken)).UserName;
        return new(name, link.Roles.Split(',', StringSplitOptions.RemoveEmptyEntries));
    }
}
