using System.Text.Json.Nodes;

using Alignment.Checkpoints;
using Alignment.Data;
using Alignment.Goldens;
using Alignment.Shared.Preferences;
using Alignment.Shared.Runs;
using Alignment.Shared.Snapshots;

using static TorchSharp.torch;

namespace Alignment.Tests.Training.Trajectories;

/// <summary>Text to ids against ids.jsonl, and batches against batches.safetensors.</summary>
internal static class TrajectoryRows
{
    /// <summary>The rows as the trainer gets them, from text; compared with the recorded ids.</summary>
    public static IRowSet Encode(TrajectoryCase run, RowEncoder encoder, int padId, bool sharePrompt)
    {
        var data = TrainingData.Open(run.At("rows.jsonl"));
        JsonObject[] recorded = run.Has("ids.jsonl") ? [.. run.Lines("ids.jsonl")] : [];
        if (run.Trainer == TrainerNames.Sft)
        {
            IReadOnlyList<EncodedCompletion> rows = encoder.Encode(data.Rows(SnapshotSplit.Train).Select(row => ExampleRow.Of(row)!)).Rows;
            Compare(run, recorded, rows.Count, (i, line) => Compare(line, rows[i].Sequence));
            return new CompletionSet(rows, padId);
        }

        PairTrainingRow[] texts = [.. data.Rows(SnapshotSplit.Train).Cast<PairTrainingRow>()];
        IReadOnlyList<EncodedPair> pairs = encoder.Encode(texts).Rows;
        Compare(run, recorded, pairs.Count, (i, line) => Compare(line, encoder.Tokenize(texts[pairs[i].Line - 1]), run.Rules()));
        return new PairSet(pairs, padId, sharePrompt);
    }

    /// <summary>Ids and learned tokens of one micro-batch against the recorded tensors.</summary>
    public static void CompareBatch(string where, SequenceBatch batch, SafetensorsFile recorded)
    {
        bool old = recorded.Has($"{where}.model_input_ids");
        using var scope = NewDisposeScope();
        long[][] ids = Rows(recorded, $"{where}.{(old ? "model_input_ids" : "input_ids")}");
        long[][] attention = Rows(recorded, $"{where}.{(old ? "model_attention_mask" : "attention_mask")}");
        Assert.Equal(ids.Length, batch.Rows);
        foreach ((int row, int start, int length, _) in batch.Segments)
        {
            long[] mine = batch.Ids[(row * batch.Columns + start)..(row * batch.Columns + start + length)];
            long[] theirs = [.. ids[row].Where((_, t) => attention[row][t] == 1)];
            Assert.True(mine.SequenceEqual(theirs), $"{where}: ids of row {row} differ");
        }

        if (!old)
        {
            Assert.Equal(ids[0].Length, batch.Columns);
            string mask = recorded.Has($"{where}.labels") ? "labels" : "completion_mask";
            int[] learned = [.. Rows(recorded, $"{where}.{mask}")
                .SelectMany((row, n) => row.Select((value, t) => (value, n, t)))
                .Where(cell => cell.t > 0 && (mask == "labels" ? cell.value != -100 : cell.value == 1))
                .Select(cell => cell.n * batch.Columns + cell.t - 1)];
            Assert.True(learned.SequenceEqual(batch.Predictors), $"{where}: learned tokens differ");
        }
    }

    private static long[][] Rows(SafetensorsFile file, string name)
    {
        Tensor values = file.Read(name, ScalarType.Int64, CPU);
        return [.. values.data<long>().ToArray().Chunk((int)values.shape[1])];
    }

    private static void Compare(TrajectoryCase run, JsonObject[] recorded, int rows, Action<int, JsonObject> compare)
    {
        if (!run.Has("ids.jsonl"))
        {
            return;
        }

        Assert.Equal(recorded.Length, rows);
        for (int i = 0; i < rows; i++)
        {
            compare(i, recorded[i]);
        }
    }

    private static void Compare(JsonObject line, EncodedSequence sequence)
    {
        Equal(line, "input_ids", sequence.Ids);
        Equal(line, "completion_mask", [.. sequence.Mask.Select(learned => learned ? 1 : 0)]);
    }

    private static void Compare(JsonObject line, (int[] Prompt, int[] Chosen, int[] Rejected) pair, EncodingRules rules)
    {
        // TRL 0.24 cuts prompt and completion where it tokenizes them.
        bool old = rules.Convention == ConventionNames.Trl024;
        int prompt = old ? rules.MaxPromptLength ?? int.MaxValue : int.MaxValue;
        int completion = old ? rules.MaxCompletionLength ?? int.MaxValue : int.MaxValue;
        Equal(line, "prompt_input_ids", pair.Prompt[Math.Max(0, pair.Prompt.Length - prompt)..]);
        Equal(line, "chosen_input_ids", pair.Chosen[..Math.Min(completion, pair.Chosen.Length)]);
        Equal(line, "rejected_input_ids", pair.Rejected[..Math.Min(completion, pair.Rejected.Length)]);
    }

    private static void Equal(JsonObject line, string key, int[] actual)
    {
        int[] expected = [.. line[key]!.AsArray().Select(id => id!.GetValue<int>())];
        if (!expected.AsSpan().SequenceEqual(actual))
        {
            throw new GoldenDifference($"row {line["row"]}: {key} differ from token {expected.AsSpan().CommonPrefixLength(actual)} on ({actual.Length} instead of {expected.Length})");
        }
    }
}
