namespace Alignment.Shared;

/// <summary>The data folder: <c>--data-dir</c>, else <c>ALIGNMENT_DATA</c>, else <c>.data</c>.</summary>
/// <param name="Root">The folder.</param>
public sealed record DataFolder(string Root)
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string Variable = "ALIGNMENT_DATA";

    /// <summary>The SQLite database.</summary>
    public string Database => Path.Combine(Root, "alignment.db");

    /// <summary>Snapshots by id.</summary>
    public string Snapshots => Path.Combine(Root, "snapshots");

    /// <summary>Runs by id.</summary>
    public string Runs => Path.Combine(Root, "runs");

    /// <summary>Models by name.</summary>
    public string Models => Path.Combine(Root, "models");

    /// <summary>What may be deleted at any time.</summary>
    public string Cache => Path.Combine(Root, "cache");

    /// <summary>Keys of the web process.</summary>
    public string Keys => Path.Combine(Root, "keys");

    /// <summary>Logs.</summary>
    public string Logs => Path.Combine(Root, "logs");

    /// <summary>The folder that counts.</summary>
    /// <param name="option">The value of <c>--data-dir</c>; null when it was not given.</param>
    /// <exception cref="UserError">The option is empty.</exception>
    public static DataFolder Resolve(string? option = null) => option is "" ? throw new UserError("--data-dir is empty: name a folder, or leave it out")
        : new(Path.GetFullPath(option ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set : ".data")));
}
