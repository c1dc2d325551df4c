using System.CommandLine;

namespace Alignment.Cli;

/// <summary>The data folder: <c>--data-dir</c>, else <c>ALIGNMENT_DATA</c>, else <c>.data</c> (contracts, section 1).</summary>
public static class DataFolder
{
    /// <summary>What counts without an option.</summary>
    public static string Current => Shared.DataFolder.Resolve().Root;

    /// <summary>A new option <c>--data-dir</c>; its value is never null.</summary>
    public static Option<string> Option() => new("--data-dir")
    {
        Description = "Data folder (default: ALIGNMENT_DATA, else .data).",
        DefaultValueFactory = _ => Current,
    };
}
