using Alignment.Shared;
using Alignment.Shared.Preferences;
using Alignment.Shared.Runs;
using Alignment.Shared.Snapshots;

namespace Alignment.Pipeline.Runs.Estimate;

/// <summary>
/// How long rows are, in tokens, from a sample of their texts. The tokenizer itself is the trainer's; here a token is a number of
/// characters that grows with the logarithm of the vocabulary (about 4 at 50,000 entries), and a turn costs a few more.
/// </summary>
/// <param name="Rows">Rows to train on.</param>
/// <param name="MeanTokens">Tokens of a row, of both answers of a pair with the prompt of each.</param>
/// <param name="LongestPositions">Positions that the longest row takes in a micro-batch.</param>
internal sealed record RowSample(int Rows, double MeanTokens, double LongestPositions)
{
    private const int Sampled = 2000;
    private const double TurnTokens = 6;

    /// <summary>Samples the rows of a run.</summary>
    /// <param name="spec">The run.</param>
    /// <param name="data">Its rows.</param>
    /// <param name="vocabulary">Entries of the model's vocabulary; 0 where unknown.</param>
    public static RowSample Of(RunSpec spec, TrainingData data, int vocabulary)
    {
        double perToken = vocabulary > 1 ? Math.Clamp(Math.Log2(vocabulary) / 4, 1, 4.5) : 4;
        (double Tokens, double Positions)[] rows = [.. data.Rows(SnapshotSplit.Train).Take(Sampled).Select(row => Size(row, spec, perToken))];
        return rows.Length == 0 ? throw new UserError($"{data.Path} has no rows to train on")
            : new(data.Count(SnapshotSplit.Train), rows.Average(row => row.Tokens), rows.Max(row => row.Positions));
    }

    private static (double Tokens, double Positions) Size(TrainingRow row, RunSpec spec, double perToken)
    {
        double limit = spec.MaxLength;
        switch (row)
        {
            case PairTrainingRow pair when spec is DpoSpec:
                double prompt = Math.Min(limit, Tokens(pair.Prompt, perToken));
                double chosen = Math.Min(limit - prompt, Tokens(pair.Chosen, perToken)), rejected = Math.Min(limit - prompt, Tokens(pair.Rejected, perToken));
                return ((2 * prompt) + chosen + rejected, spec.Batch.SharePrompt ? prompt + chosen + rejected : 2 * (prompt + Math.Max(chosen, rejected)));
            case PairTrainingRow pair:
                return Single(Tokens(pair.Prompt, perToken) + Tokens(pair.Chosen, perToken));
            case ConversationTrainingRow conversation:
                return Single(conversation.Messages.Sum(turn => (turn.Content.Length / perToken) + TurnTokens));
            case CompletionTrainingRow answer:
                return Single(Tokens(answer.Prompt, perToken) + Tokens(answer.Completion, perToken));
            case TextTrainingRow text:
                return Single(text.Text.Length / perToken);
            default:
                return Single(limit);
        }

        (double, double) Single(double tokens) => (Math.Min(limit, tokens), Math.Min(limit, tokens));
    }

    private static double Tokens(Passage? passage, double perToken) => passage is null ? 0
        : passage.IsConversation ? passage.Messages.Sum(turn => (turn.Content.Length / perToken) + TurnTokens)
        : passage.Text.Length / perToken;
}
