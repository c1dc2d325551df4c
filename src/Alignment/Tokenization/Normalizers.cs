using System.Text;
using System.Text.RegularExpressions;

using Alignment.Shared;

namespace Alignment.Tokenization;

/// <summary>Rewrites text before it is cut.</summary>
internal interface INormalizer
{
    /// <summary>The normalised text.</summary>
    string Normalize(string text);
}

/// <summary>Normalizers in order.</summary>
internal sealed class NormalizerSequence(IReadOnlyList<INormalizer> steps) : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text) => steps.Aggregate(text, static (current, step) => step.Normalize(current));
}

/// <summary>One of Unicode's normalisation forms.</summary>
internal sealed class UnicodeForm : INormalizer
{
    private readonly NormalizationForm _form;

    /// <summary>A form.</summary>
    /// <exception cref="UserError">.NET runs in globalization-invariant mode, where text is silently left as it is.</exception>
    public UnicodeForm(NormalizationForm form)
    {
        _form = form;
        Shared.UnicodeText.Normalize("", form);
    }

    /// <inheritdoc/>
    public string Normalize(string text) => Shared.UnicodeText.Normalize(text, _form);
}

/// <summary>Puts text in front of what is not empty.</summary>
internal sealed class Prepend(string prefix) : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text) => text.Length == 0 ? text : prefix + text;
}

/// <summary>Replaces every occurrence of a fixed text.</summary>
internal sealed class ReplaceLiteral(string from, string to) : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text) => text.Replace(from, to, StringComparison.Ordinal);
}

/// <summary>Replaces every match of a pattern by a fixed text.</summary>
internal sealed class ReplacePattern(Regex pattern, string to) : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text)
    {
        var shadow = ShadowText.Of(text);
        var found = new List<TextSpan>();
        new PatternDelimiter(pattern).Find(shadow.Text, found);
        var output = new StringBuilder(text.Length);
        int start = 0;
        foreach (TextSpan match in found)
        {
            int from = shadow.Original(match.Start);
            output.Append(text, start, from - start).Append(to);
            start = shadow.Original(match.End);
        }

        return output.Append(text, start, text.Length - start).ToString();
    }
}

/// <summary>Removes whitespace at the ends.</summary>
internal sealed class StripWhitespace(bool left, bool right) : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text) => (left, right) switch
    {
        (true, true) => text.Trim(),
        (true, false) => text.TrimStart(),
        (false, true) => text.TrimEnd(),
        _ => text,
    };
}
