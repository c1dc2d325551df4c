using Alignment.Pipeline.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.People.Invite;

/// <summary>The link with which the first admin joins. An earlier one that nobody used ends.</summary>
/// <param name="Anyway">Also when there is an admin already, who may have lost the password.</param>
[OpenToAll("only the program's start sends it, for whoever reads its console")]
public sealed record MakeFirstAdminLink(bool Anyway) : IRequest<MadeLink?>;

/// <summary>Answers null when there is an admin and none was asked for.</summary>
internal sealed class MakeFirstAdminLinkHandler(Transactions transactions, TimeProvider clock) : IRequestHandler<MakeFirstAdminLink, MadeLink?>
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    public Task<MadeLink?> Handle(MakeFirstAdminLink request, CancellationToken cancellationToken) => transactions.RunAsync(
        async (db, token) =>
        {
            bool hasAdmin = await (
                from role in db.Roles
                where role.Name == Role.Admin
                join held in db.UserRoles on role.Id equals held.RoleId
                join person in db.Users on held.UserId equals person.Id
                where !person.Closed
                select person.Id).AnyAsync(token);
            if (hasAdmin && !request.Anyway)
            {
                return null;
            }

            DateTime now = clock.GetUtcNow().UtcDateTime;
            await db.Links.Where(link => link.Roles == Role.Admin && link.PersonId == null && link.UsedAt == null)
                .ExecuteUpdateAsync(change => change.SetProperty(link => link.UsedAt, now), token);
            string secret = SignInLink.NewToken();
            db.Links.Add(new SignInLink { TokenHash = SignInLink.Hash(secret), Roles = Role.Admin, CreatedAt = now, ExpiresAt = now + Lifetime });
            return new MadeLink(secret, now + Lifetime);
        },
        cancellationToken);
}
