using Alignment.Shared;
using Alignment.Shared.Preferences;
using Alignment.Shared.Runs;
using Alignment.Tokenization;

namespace Alignment.Data;

/// <summary>A row that is not trained on, and why.</summary>
/// <param name="Line">line of the file, from 1</param>
/// <param name="Id">the row's id</param>
/// <param name="Reason">why</param>
public sealed record DroppedRow(int Line, string Id, string Reason);

/// <summary>Encoded rows in file order, and those left out.</summary>
/// <typeparam name="T">the encoded row</typeparam>
/// <param name="Rows">kept rows</param>
/// <param name="Dropped">rows left out, with reasons</param>
public sealed record EncodedRows<T>(IReadOnlyList<T> Rows, IReadOnlyList<DroppedRow> Dropped);

/// <summary>Rows to tokens by the run's convention.</summary>
public sealed class RowEncoder
{
    private readonly ChatText _text;
    private readonly EncodingRules _rules;
    private readonly IConvention _convention;

    /// <summary>An encoder for one model's tokenizer and chat template (null where it has none: conversational rows are then an error).</summary>
    public RowEncoder(Tokenizer tokenizer, ChatTemplate? template, EncodingRules rules)
    {
        _text = new ChatText(tokenizer, template);
        _rules = rules;
        _convention = rules.Resolve();
    }

    /// <summary>What is wrong with an encoded pair, derived again from its text; empty when nothing is.</summary>
    public IEnumerable<string> Audit(PairTrainingRow row, EncodedPair encoded)
    {
        var audit = new EncodingAudit(_text, _rules);
        return audit.Problems(row.Prompt, row.Chosen, encoded.Chosen, "chosen")
            .Concat(audit.Problems(row.Prompt, row.Rejected, encoded.Rejected, "rejected"));
    }

    /// <summary>What is wrong with an encoded row of supervised fine-tuning; empty when nothing is.</summary>
    public IEnumerable<string> Audit(ExampleRow row, EncodedCompletion encoded) =>
        new EncodingAudit(_text, _rules).Problems(row.Prompt, row.Completion, encoded.Sequence, "completion");

    /// <summary>The tokens of a pair before truncation: prompt, chosen completion, rejected completion.</summary>
    public (int[] Prompt, int[] Chosen, int[] Rejected) Tokenize(PairTrainingRow row)
    {
        PairTokens tokens = _convention.Tokenize(_text, row);
        return (tokens.Prompt, tokens.Chosen, tokens.Rejected);
    }

    /// <summary>Pairs to tokens; rows whose prompt leaves no room are dropped and named.</summary>
    public EncodedRows<EncodedPair> Encode(IEnumerable<PairTrainingRow> rows)
    {
        var kept = new List<EncodedPair>();
        var dropped = new List<DroppedRow>();
        foreach (PairTrainingRow row in rows)
        {
            PairTokens tokens = Named(row.Line, row.Id, () => _convention.Tokenize(_text, row));
            EncodedSequence? chosen = _convention.Truncate(tokens.Prompt, tokens.Chosen, _rules);
            EncodedSequence? rejected = _convention.Truncate(tokens.Prompt, tokens.Rejected, _rules);
            if (chosen is null || rejected is null)
            {
                dropped.Add(new DroppedRow(row.Line, row.Id, $"its prompt has {tokens.Prompt.Length} tokens, max_length is {_rules.MaxLength}"));
                continue;
            }

            kept.Add(new EncodedPair(row.Line, row.Id, chosen, rejected));
        }

        return new EncodedRows<EncodedPair>(kept, dropped);
    }

    /// <summary>Rows of supervised fine-tuning to tokens; rows left without a label are dropped and named.</summary>
    /// <exception cref="UserError">a convention without supervised fine-tuning</exception>
    public EncodedRows<EncodedCompletion> Encode(IEnumerable<ExampleRow> rows)
    {
        if (_convention is not Trl116Convention)
        {
            throw new UserError($"convention: {_rules.Convention} is defined for dpo only; sft takes {ConventionNames.Trl116}");
        }

        var kept = new List<EncodedCompletion>();
        var dropped = new List<DroppedRow>();
        foreach (ExampleRow row in rows)
        {
            (int[] ids, bool[] mask) = Named(row.Line, row.Id, () => Trl116Convention.TokenizeExample(_text, row, _rules.LossOn));
            int length = Math.Min(ids.Length, _rules.MaxLength);
            var sequence = new EncodedSequence(ids[..length], mask[..length]);
            if (sequence.Predicted == 0)
            {
                dropped.Add(new DroppedRow(row.Line, row.Id, $"no token to learn within max_length {_rules.MaxLength}"));
                continue;
            }

            kept.Add(new EncodedCompletion(row.Line, row.Id, sequence));
        }

        return new EncodedRows<EncodedCompletion>(kept, dropped);
    }

    private static T Named<T>(int line, string id, Func<T> encode)
    {
        try
        {
            return encode();
        }
        catch (UserError e)
        {
            throw new UserError($"row {id} (line {line}): {e.Message}", e.ExitCode, e);
        }
    }
}
