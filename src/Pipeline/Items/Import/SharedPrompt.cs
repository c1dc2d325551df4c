using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Items.Import;

/// <summary>Two answers and the prompt that both continue.</summary>
internal sealed record SharedPrompt(IReadOnlyList<Message> Prompt, string Chosen, string Rejected)
{
    /// <summary>
    /// Of two conversations the turns that both begin with; what is left on each side must be one assistant turn.
    /// </summary>
    /// <exception cref="RowError">They part before the last turn, or only one begins with a system message.</exception>
    public static SharedPrompt OfConversations(Side chosen, Side rejected)
    {
        IReadOnlyList<Message> a = chosen.Messages, b = rejected.Messages;
        if (a[0].Role == Roles.System != (b[0].Role == Roles.System))
        {
            throw new RowError(RowErrorCodes.SystemOnOneSide, $"only {(a[0].Role == Roles.System ? chosen : rejected).Where} begins with a system message");
        }

        int shared = 0;
        while (shared < Math.Min(a.Count, b.Count) - 1 && a[shared] == b[shared])
        {
            shared++;
        }

        if (shared != a.Count - 1 || shared != b.Count - 1)
        {
            throw new RowError(RowErrorCodes.NoSharedPrompt, FormattableString.Invariant(
                $"{chosen.Where} and {rejected.Where} share their first {shared} of {a.Count} and {b.Count} turns; they must share all but the last"));
        }

        (IReadOnlyList<Message> prompt, string first) = Turns.Last(chosen);
        (_, string second) = Turns.Last(rejected);
        return new(prompt, first, second);
    }

    /// <summary>
    /// Of two texts the beginning that both share, up to its last white space, so that no word is cut; the white space at
    /// the seam belongs to neither side.
    /// </summary>
    /// <exception cref="RowError">They share no beginning of whole words, or nothing is left of an answer.</exception>
    public static SharedPrompt OfTexts(string chosen, string rejected)
    {
        int shared = chosen.AsSpan().CommonPrefixLength(rejected);
        int seam = shared;
        while (seam > 0 && !char.IsWhiteSpace(chosen[seam - 1]))
        {
            seam--;
        }

        string prompt = chosen[..seam].Trim();
        string first = chosen[seam..].Trim();
        string second = rejected[seam..].Trim();
        return prompt.Length > 0 && first.Length > 0 && second.Length > 0
            ? new([new Message(Roles.User, prompt)], first, second)
            : throw new RowError(RowErrorCodes.NoSharedPrompt, "'chosen' and 'rejected' share no beginning of whole words that could be the prompt; add a 'prompt'");
    }
}
