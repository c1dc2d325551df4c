using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.People;

/// <summary>Links by the token that their owner shows.</summary>
internal static class LinkLook
{
    /// <summary>The link of a token that works now.</summary>
    /// <exception cref="UserError">There is none, or it was used, or its time is over.</exception>
    public static async Task<SignInLink> GetAsync(AlignmentDb db, string token, DateTime now, CancellationToken cancellationToken)
    {
        string hash = SignInLink.Hash(token);
        SignInLink link = await db.Links.SingleOrDefaultAsync(row => row.TokenHash == hash, cancellationToken)
            ?? throw new UserError("this link is not known: check that it was copied whole, or ask an admin for a new one");
        return link switch
        {
            { UsedAt: not null } => throw new UserError("this link was used already, and a link works once: sign in with your password, or ask an admin for a new link"),
            _ when link.ExpiresAt <= now => throw new UserError("the time of this link is over: ask an admin for a new one"),
            _ => link,
        };
    }
}
