using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Items.Import;

/// <summary>An item as a row describes it, before it has a project; with the row's verdict about the stored order, if any.</summary>
internal sealed record ItemDraft(ItemKind Kind, IReadOnlyList<Message> Prompt, string? AnswerA, string? AnswerB, string? Verdict)
{
    /// <summary>A pair of which the first answer was preferred, in stored order.</summary>
    public static ItemDraft Preference(IReadOnlyList<Message> prompt, string chosen, string rejected) => ItemIdentity.StandsFirst(chosen, rejected)
        ? new(ItemKind.Pair, prompt, chosen, rejected, Verdicts.ABetter)
        : new(ItemKind.Pair, prompt, rejected, chosen, Verdicts.BBetter);

    /// <summary>A pair that nobody judged.</summary>
    public static ItemDraft Unlabeled(IReadOnlyList<Message> prompt, string one, string other) =>
        Preference(prompt, one, other) with { Verdict = null };

    /// <summary>One answer, with a thumb if the row has one.</summary>
    public static ItemDraft Single(IReadOnlyList<Message> prompt, string answer, bool? good) =>
        new(ItemKind.Single, prompt, answer, null, good switch { true => Verdicts.Up, false => Verdicts.Down, null => null });

    /// <summary>The hash that makes it unique in a project.</summary>
    public string ContentHash { get; } = ItemIdentity.Hash(Kind, Prompt, AnswerA, AnswerB);

    /// <summary>True when two turns of one role follow each other, the answer's included.</summary>
    public bool RepeatsARole
    {
        get
        {
            IEnumerable<string> roles = Prompt.Select(turn => turn.Role);
            string[] all = [.. AnswerA is null || Kind == ItemKind.Text ? roles : roles.Append(Roles.Assistant)];
            return all.Zip(all.Skip(1)).Any(neighbours => neighbours.First == neighbours.Second);
        }
    }
}
