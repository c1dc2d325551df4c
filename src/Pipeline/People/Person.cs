using Microsoft.AspNetCore.Identity;

namespace Alignment.Pipeline.People;

/// <summary>Somebody who signs in.</summary>
public sealed class Person : IdentityUser
{
    /// <summary>When the account was made (UTC).</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>An admin closed the account: it cannot sign in, what it did stays.</summary>
    public bool Closed { get; set; }
}
