using Alignment.Labeling.Web.Text;
using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Labeling.Next;

namespace Alignment.Labeling.Web.Api;

/// <summary>An item as a page shows it: text made safe, and nothing that says which model wrote it or where it comes from.</summary>
/// <param name="Token">Goes back with the judgment.</param>
/// <param name="Kind">"pair" or "single".</param>
/// <param name="Order">Which stored answer stands first, "AB" or "BA"; null for a single answer.</param>
/// <param name="Turns">The conversation before the answers.</param>
/// <param name="First">The answer on the left or above, or the only one.</param>
/// <param name="Second">The other answer of a pair.</param>
/// <param name="Difference">The two answers with what only one says marked; null where they are too long to compare.</param>
internal sealed record ItemView(string Token, string Kind, string? Order, IReadOnlyList<TurnView> Turns, TextView First, TextView? Second, Difference? Difference)
{
    public const string Pair = "pair";
    public const string Single = "single";

    public static ItemView Of(LeasedItem item) => new(
        item.Token,
        item.Kind == JudgmentKind.Pair ? Pair : Single,
        item.Order?.ToString(),
        [.. item.Prompt.Select(turn => new TurnView(turn.Role, TextView.Of(turn.Content)))],
        TextView.Of(item.First),
        item.Second is null ? null : TextView.Of(item.Second),
        item.Second is null ? null : Text.Difference.Of(item.First, item.Second));
}

/// <summary>One turn of the conversation.</summary>
/// <param name="Role">Who speaks.</param>
/// <param name="Text">What it says.</param>
internal sealed record TurnView(string Role, TextView Text);

/// <summary>A text laid out and as it is, both as safe HTML.</summary>
/// <param name="Html">Laid out.</param>
/// <param name="Raw">Character by character.</param>
/// <param name="Length">Its characters.</param>
internal sealed record TextView(string Html, string Raw, int Length)
{
    public static TextView Of(string text) => new(MarkdownHtml.Render(text), RawText.Render(text), text.Length);
}
