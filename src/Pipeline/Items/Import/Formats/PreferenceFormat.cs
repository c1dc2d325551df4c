using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Items.Import.Formats;

/// <summary>
/// <c>chosen</c> and <c>rejected</c>, with or without <c>prompt</c>: texts, turns, transcripts, or a prompt beside whole
/// conversations.
/// </summary>
internal sealed class PreferenceFormat : IRowFormat
{
    public string Name => "preference rows";

    public IReadOnlySet<string> Keys { get; } = new HashSet<string> { "prompt", "chosen", "rejected", "system", "messages" };

    public bool Claims(RowFields row) => row.Has("chosen") || row.Has("rejected");

    public IEnumerable<ItemDraft> Read(RowFields row, PairRule pairs, ICollection<string> notes)
    {
        Side chosen = row.Side("chosen");
        Side rejected = row.Side("rejected");
        if (row.Has("messages") && !Turns.List(row.Get("messages"), "'messages'").SequenceEqual(chosen.Messages))
        {
            throw new RowError(RowErrorCodes.AmbiguousKeys, "'messages' stands beside 'chosen' and is not the same conversation");
        }

        SharedPrompt pair = row.Has("prompt") ? Explicit(row, chosen, rejected) : Implicit(row, chosen, rejected);
        yield return ItemDraft.Preference(pair.Prompt, pair.Chosen, pair.Rejected);
    }

    private static SharedPrompt Implicit(RowFields row, Side chosen, Side rejected)
    {
        RequireSameForm(chosen, rejected);
        SharedPrompt pair = chosen.Text is { } text ? SharedPrompt.OfTexts(text, rejected.Text!) : SharedPrompt.OfConversations(chosen, rejected);
        return pair with { Prompt = row.WithSystem(pair.Prompt) };
    }

    private static SharedPrompt Explicit(RowFields row, Side chosen, Side rejected)
    {
        Side prompt = row.Side("prompt");
        if (IsAnswer(chosen) && IsAnswer(rejected))
        {
            return new(row.WithSystem(Turns.Prompt(prompt)), Turns.Answer(chosen, []), Turns.Answer(rejected, []));
        }

        RequireSameForm(chosen, rejected);
        SharedPrompt pair = SharedPrompt.OfConversations(chosen, rejected);
        bool same = prompt.Text is { } text
            ? pair.Prompt.Any(turn => turn.Role == Roles.User && turn.Content.Trim() == text.Trim())
            : prompt.Messages.SequenceEqual(pair.Prompt);
        if (same)
        {
            return pair with { Prompt = row.WithSystem(pair.Prompt) };
        }

        bool systems = prompt.Text is null && prompt.Messages[0].Role == Roles.System != (pair.Prompt[0].Role == Roles.System);
        throw systems
            ? new RowError(RowErrorCodes.SystemOnOneSide, "only one of 'prompt' and the conversations begins with a system message")
            : new RowError(RowErrorCodes.PromptDiffers, prompt.Text is null
                ? "'prompt' is not what 'chosen' and 'rejected' begin with"
                : "'prompt' is no user turn of the conversations in 'chosen' and 'rejected'");
    }

    private static bool IsAnswer(Side side) => side.Text is not null || side.IsReply;

    private static void RequireSameForm(Side chosen, Side rejected)
    {
        if (IsAnswer(chosen) != IsAnswer(rejected) || chosen.Text is null != rejected.Text is null)
        {
            throw new RowError(RowErrorCodes.NoSharedPrompt, "one of 'chosen' and 'rejected' is a conversation and the other is not");
        }
    }
}
