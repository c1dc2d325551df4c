using System.Text.RegularExpressions;

using Alignment.Shared;

namespace Alignment.Adapters;

/// <summary>Names of modules as PEFT understands them: all linear maps but the head, ends of paths, or one regular expression.</summary>
public sealed record ModuleTargets
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private ModuleTargets()
    {
    }

    /// <summary>Every linear map of the decoder; the head is left out.</summary>
    public static ModuleTargets AllLinear { get; } = new();

    /// <summary>Whole paths, or ends of paths from a dot (<c>q_proj</c>, <c>layers.0.mlp.up_proj</c>); null otherwise.</summary>
    public IReadOnlyList<string>? Names { get; private init; }

    /// <summary>A regular expression for the whole path; null otherwise.</summary>
    public string? Pattern { get; private init; }

    /// <summary>By whole paths or ends of paths.</summary>
    public static ModuleTargets Of(params IReadOnlyList<string> names) => new() { Names = names };

    /// <summary>By a regular expression for the whole path.</summary>
    /// <exception cref="UserError">It is no regular expression.</exception>
    public static ModuleTargets Matching(string pattern)
    {
        IsMatch(pattern, "");
        return new ModuleTargets { Pattern = pattern };
    }

    /// <summary>Whether a module is named.</summary>
    /// <param name="path">such as <c>model.layers.0.self_attn.q_proj</c></param>
    /// <param name="isHead">true for the language model head</param>
    public bool Contains(string path, bool isHead)
    {
        if (Names is not null)
        {
            return Names.Any(name => path == name || path.EndsWith("." + name, StringComparison.Ordinal));
        }

        return Pattern is not null ? IsMatch($@"\A(?:{Pattern})\z", path) : !isHead;
    }

    /// <summary>A regular expression on a path; a wrong one is the user's error.</summary>
    internal static bool IsMatch(string pattern, string path)
    {
        try
        {
            return Regex.IsMatch(path, pattern, RegexOptions.CultureInvariant, Patience);
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            throw new UserError($"The module pattern '{pattern}' cannot be used as a regular expression: {e.Message}", inner: e);
        }
    }
}
