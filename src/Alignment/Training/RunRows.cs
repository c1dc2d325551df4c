using Alignment.Data;
using Alignment.Models;
using Alignment.Shared;
using Alignment.Shared.Preferences;
using Alignment.Shared.Runs;
using Alignment.Shared.Snapshots;

namespace Alignment.Training;

/// <summary>The encoded rows of one split, with what they were made from.</summary>
/// <param name="Set">what the loop takes</param>
/// <param name="Dropped">rows left out, with reasons</param>
/// <param name="ControlTokens">control tokens inside the rows' own text</param>
/// <param name="Problems">name and problems of each row, found when asked for</param>
public sealed record RunRows(
    IRowSet Set, IReadOnlyList<DroppedRow> Dropped, IReadOnlyList<ControlTokenFinding> ControlTokens, IEnumerable<(string Name, IEnumerable<string> Problems)> Problems)
{
    /// <summary>The rules of a run.yaml.</summary>
    public static EncodingRules Rules(RunSpec spec)
    {
        var rules = new EncodingRules(spec.Convention, spec.MaxLength);
        return spec switch
        {
            DpoSpec dpo => rules with
            {
                MaxPromptLength = dpo.MaxPromptLength,
                MaxCompletionLength = dpo.MaxCompletionLength,
                KeepEnd = dpo.TruncationMode != TruncationNames.KeepStart,
            },
            SftSpec sft => rules with
            {
                LossOn = sft.LossOn switch
                {
                    LossOnNames.All => LossOn.Everything,
                    LossOnNames.AllAssistant => LossOn.AllAssistant,
                    _ => LossOn.Completion,
                },
            },
            _ => rules,
        };
    }

    /// <summary>Encodes the rows of a split by the run's trainer and convention.</summary>
    /// <param name="spec">the run</param>
    /// <param name="model">its tokenizer and template</param>
    /// <param name="data">the rows</param>
    /// <param name="split">which of them</param>
    /// <param name="limit">how many, from the first on; null takes all</param>
    /// <exception cref="UserError">rows of a kind that the trainer does not read, or none is left</exception>
    public static RunRows Encode(RunSpec spec, LoadedModel model, TrainingData data, SnapshotSplit split, int? limit = null)
    {
        var encoder = new RowEncoder(model.Tokenizer, model.Template, Rules(spec));
        int padId = model.Tokenizer.PadId ?? 0;
        IEnumerable<TrainingRow> rows = data.Rows(split).Take(limit ?? int.MaxValue);
        RunRows encoded = spec is DpoSpec dpo
            ? Pairs(encoder, [.. rows.Select(row => Pair(row, data))], padId, dpo.Batch.SharePrompt, model)
            : Examples(encoder, [.. rows], padId, model);
        return encoded.Set.Count > 0 ? encoded : throw new UserError(
            $"{data.Path}: no row of the {split.ToString().ToLowerInvariant()} split is left to use ({encoded.Dropped.Count} dropped{(encoded.Dropped.Count > 0 ? ", the first because " + encoded.Dropped[0].Reason : "")})");
    }

    private static PairTrainingRow Pair(TrainingRow row, TrainingData data) => row as PairTrainingRow
        ?? throw new UserError($"{data.Path}: dpo reads preference rows (prompt, chosen, rejected); these are {data.Kind.ToString().ToLowerInvariant()} rows");

    private static RunRows Pairs(RowEncoder encoder, PairTrainingRow[] texts, int padId, bool sharePrompt, LoadedModel model)
    {
        EncodedRows<EncodedPair> encoded = encoder.Encode(texts);
        Dictionary<int, PairTrainingRow> byLine = texts.ToDictionary(row => row.Line);
        return new RunRows(
            new PairSet(encoded.Rows, padId, sharePrompt),
            encoded.Dropped,
            Data.ControlTokens.Find(model.Tokenizer, texts.Select(RowText.Of)),
            encoded.Rows.Select(pair => (RowText.Name(pair.Id, pair.Line), encoder.Audit(byLine[pair.Line], pair))));
    }

    private static RunRows Examples(RowEncoder encoder, TrainingRow[] rows, int padId, LoadedModel model)
    {
        (TrainingRow Row, ExampleRow? Text)[] texts = [.. rows.Select(row => (row, ExampleRow.Of(row)))];
        EncodedRows<EncodedCompletion> encoded = encoder.Encode(texts.Where(row => row.Text is not null).Select(row => row.Text!));
        Dictionary<int, ExampleRow> byLine = texts.Where(row => row.Text is not null).ToDictionary(row => row.Row.Line, row => row.Text!);
        DroppedRow[] silent = [.. texts.Where(row => row.Text is null).Select(row => new DroppedRow(row.Row.Line, row.Row.Id, "it has no assistant turn"))];
        return new RunRows(
            new CompletionSet(encoded.Rows, padId),
            [.. encoded.Dropped, .. silent],
            Data.ControlTokens.Find(model.Tokenizer, byLine.Values.Select(RowText.Of)),
            encoded.Rows.Select(row => (RowText.Name(row.Id, row.Line), encoder.Audit(byLine[row.Line], row))));
    }
}
