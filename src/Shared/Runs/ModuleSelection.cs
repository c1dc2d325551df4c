namespace Alignment.Shared.Runs;

/// <summary>
/// Which modules are meant, in PEFT's ways: every linear layer but the head, a list of names of which each fits a whole path
/// or its ending behind a dot, or one regular expression that must fit the whole path.
/// </summary>
public sealed record ModuleSelection
{
    /// <summary>The word for every linear layer but the head.</summary>
    public const string AllLinearName = "all-linear";

    private ModuleSelection(IReadOnlyList<string>? names, string? pattern) => (Names, Pattern) = (names, pattern);

    /// <summary>Every linear layer but the head.</summary>
    public static ModuleSelection AllLinear { get; } = new(null, null);

    /// <summary>Names or endings of paths; null when it is no list.</summary>
    public IReadOnlyList<string>? Names { get; }

    /// <summary>A regular expression for the whole path; null when it is none.</summary>
    public string? Pattern { get; }

    /// <summary>True for every linear layer but the head.</summary>
    public bool IsAllLinear => Names is null && Pattern is null;

    /// <summary>A list of names or endings.</summary>
    public static ModuleSelection Of(IEnumerable<string> names) => new([.. names], null);

    /// <summary><c>all-linear</c>, or a regular expression for the whole path.</summary>
    public static ModuleSelection Of(string text) => text == AllLinearName ? AllLinear : new(null, text);

    /// <inheritdoc/>
    public bool Equals(ModuleSelection? other) =>
        other is not null && Pattern == other.Pattern && (Names is null ? other.Names is null : other.Names is not null && Names.SequenceEqual(other.Names));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Pattern, Names is null ? 0 : string.Join('\n', Names).GetHashCode(StringComparison.Ordinal));
}
