namespace Alignment.Shared.Preferences;

/// <summary>What every row must hold: texts present and well-formed, roles named, numbers in range.</summary>
internal static class RowCheck
{
    public static void Require(IRow row)
    {
        Text(row.Id, "id");
        switch (row)
        {
            case PreferenceRow pair:
                Turns(pair.Prompt, "prompt");
                Turns(pair.Chosen, "chosen");
                Turns(pair.Rejected, "rejected");
                Text(pair.PromptId, "prompt_id");
                Text(pair.Source, "source");
                Range(pair.Strength, 0, 3, "strength");
                Range(pair.P, 0, 1, "p");
                Range(pair.Votes, 0, int.MaxValue, "votes");
                break;
            case UnpairedRow unpaired:
                Turns(unpaired.Prompt, "prompt");
                Turns(unpaired.Completion, "completion");
                Text(unpaired.PromptId, "prompt_id");
                Text(unpaired.Source, "source");
                Range(unpaired.Votes, 0, int.MaxValue, "votes");
                break;
            case PromptRow prompt:
                Turns(prompt.Prompt, "prompt");
                Text(prompt.PromptId, "prompt_id");
                break;
            case DemonstrationRow demonstration:
                Turns(demonstration.Messages, "messages");
                Text(demonstration.PromptId, "prompt_id");
                break;
            case TextRow text:
                Text(text.Text, "text");
                break;
            default:
                throw new ArgumentException($"{row.GetType()} is no row type", nameof(row));
        }
    }

    private static void Turns(IReadOnlyList<Message> turns, string column)
    {
        if (turns is null || turns.Count == 0)
        {
            throw new UserError($"{column} has no turns");
        }

        foreach (Message turn in turns)
        {
            if (turn is null)
            {
                throw new UserError($"{column} has an empty turn");
            }

            Text(turn.Role, $"{column}: role");
            Text(turn.Content, $"{column}: content");
        }
    }

    private static void Text(string text, string column)
    {
        if (text is null)
        {
            throw new UserError($"{column} is missing");
        }

        UnicodeText.Require(text, column);
    }

    private static void Range(double value, double min, double max, string column)
    {
        if (!(value >= min && value <= max))
        {
            throw new UserError(FormattableString.Invariant($"{column} is {value}, allowed are {min} to {max}"));
        }
    }
}
