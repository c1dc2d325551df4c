namespace Alignment.Pipeline.People;

/// <summary>What a person may do. An admin may do everything.</summary>
public static class Role
{
    /// <summary>Invites people, sets roles, and everything else.</summary>
    public const string Admin = "admin";

    /// <summary>Judges items.</summary>
    public const string Annotator = "annotator";

    /// <summary>Imports, freezes, trains, and looks at everything that was judged.</summary>
    public const string Engineer = "engineer";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Admin, Annotator, Engineer];
}
