using System.Text.RegularExpressions;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Items.Import;

/// <summary>
/// The transcript form of Anthropic's HH data: turns that begin with an empty line and <c>Human:</c> or <c>Assistant:</c>.
/// White space around a turn is not part of it.
/// </summary>
internal static partial class Transcript
{
    /// <summary>The turns of a transcript; null when the text is none. A last, open <c>Assistant:</c> stays as an empty turn.</summary>
    public static IReadOnlyList<Message>? Parse(string text)
    {
        string trimmed = text.TrimStart();
        bool marked = Marker().Match(text) is { Success: true, Index: 0 };
        if (!marked && !(trimmed.StartsWith("Human:", StringComparison.Ordinal) && trimmed.Contains("\n\nAssistant:", StringComparison.Ordinal)))
        {
            return null;
        }

        string whole = "\n\n" + trimmed;
        MatchCollection markers = Marker().Matches(whole);
        List<Message> turns = [];
        for (int i = 0; i < markers.Count; i++)
        {
            int start = markers[i].Index + markers[i].Length;
            int end = i + 1 < markers.Count ? markers[i + 1].Index : whole.Length;
            turns.Add(new(markers[i].Groups[1].ValueSpan is "Human" ? Roles.User : Roles.Assistant, whole[start..end].Trim()));
        }

        return turns;
    }

    [GeneratedRegex("\n\n(Human|Assistant):", RegexOptions.CultureInvariant)]
    private static partial Regex Marker();
}
