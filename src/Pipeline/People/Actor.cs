namespace Alignment.Pipeline.People;

/// <summary>On whose behalf messages are sent.</summary>
/// <param name="Id">The person's id.</param>
/// <param name="Name">The person's name.</param>
/// <param name="Roles">The person's roles.</param>
public sealed record Actor(string Id, string Name, IReadOnlySet<string> Roles)
{
    /// <summary>Whoever has the data folder and a command line: may do everything.</summary>
    public static Actor Operator { get; } = new("command-line", "command line", Role.All.ToHashSet());

    /// <summary>True when the roles, or being an admin, allow one of these.</summary>
    public bool MayAs(IReadOnlyCollection<string> roles) => Roles.Contains(Role.Admin) || roles.Any(Roles.Contains);
}

/// <summary>The actor of a scope; null while nobody is known.</summary>
public sealed class CurrentActor
{
    /// <summary>On whose behalf the scope's messages are sent.</summary>
    public Actor? Actor { get; set; }
}
