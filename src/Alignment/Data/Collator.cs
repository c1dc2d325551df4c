using Alignment.Models;

namespace Alignment.Data;

/// <summary>Encoded rows to one padded micro-batch.</summary>
public static class Collator
{
    /// <summary>Rows of supervised fine-tuning, one sequence each.</summary>
    /// <param name="rows">the rows</param>
    /// <param name="source">their indices</param>
    /// <param name="padId">what stands in the padding</param>
    public static SequenceBatch Completions(IReadOnlyList<EncodedCompletion> rows, int[] source, int padId)
    {
        var builder = new Builder(rows.Count);
        for (int i = 0; i < rows.Count; i++)
        {
            builder.Add(i, rows[i].Sequence);
        }

        return builder.Build(source, padId, rows.Sum(row => row.Sequence.Ids.Length), null);
    }

    /// <summary>
    /// Pairs: 2B sequences, first all chosen, then all rejected. With <paramref name="sharePrompt"/> one sequence per pair
    /// (prompt, chosen, rejected); pairs whose prompts differ after truncation still take two.
    /// </summary>
    /// <param name="pairs">the pairs</param>
    /// <param name="source">their indices</param>
    /// <param name="padId">what stands in the padding</param>
    /// <param name="sharePrompt">whether a pair's prompt is computed once</param>
    /// <param name="reference">log-probabilities of the reference by row index, or null</param>
    public static SequenceBatch Pairs(IReadOnlyList<EncodedPair> pairs, int[] source, int padId, bool sharePrompt, ReferenceLogps? reference = null)
    {
        var builder = new Builder(2 * pairs.Count);
        for (int i = 0; i < pairs.Count; i++)
        {
            if (sharePrompt && pairs[i].SharedPrompt > 0)
            {
                builder.AddShared(i, pairs.Count + i, pairs[i]);
            }
            else
            {
                builder.Add(i, pairs[i].Chosen);
            }
        }

        for (int i = 0; i < pairs.Count; i++)
        {
            if (!(sharePrompt && pairs[i].SharedPrompt > 0))
            {
                builder.Add(pairs.Count + i, pairs[i].Rejected);
            }
        }

        return builder.Build(source, padId, pairs.Sum(pair => pair.Tokens), reference);
    }

    /// <summary>Columns that a pair takes: the longer side, or the shared row.</summary>
    public static int Length(EncodedPair pair, bool sharePrompt) => sharePrompt && pair.SharedPrompt > 0
        ? pair.Tokens - pair.SharedPrompt
        : Math.Max(pair.Chosen.Ids.Length, pair.Rejected.Ids.Length);

    private sealed class Builder(int completions)
    {
        private readonly List<int[]> _rows = [];
        private readonly List<Segment> _segments = [];
        private readonly List<(int Row, int Column, int Target)>[] _predicted = [.. Enumerable.Range(0, completions).Select(_ => new List<(int, int, int)>())];

        public void Add(int completion, EncodedSequence sequence)
        {
            int row = _rows.Count;
            _rows.Add(sequence.Ids);
            AddSegment(row, 0, sequence.Ids.Length, -1);
            for (int t = 1; t < sequence.Ids.Length; t++)
            {
                if (sequence.Mask[t])
                {
                    _predicted[completion].Add((row, t - 1, sequence.Ids[t]));
                }
            }
        }

        public void AddShared(int chosen, int rejected, EncodedPair pair)
        {
            int row = _rows.Count;
            int prompt = pair.SharedPrompt;
            int[] first = pair.Chosen.Ids[prompt..];
            int[] second = pair.Rejected.Ids[prompt..];
            _rows.Add([.. pair.Chosen.Ids, .. second]);
            int shared = _segments.Count;
            AddSegment(row, 0, prompt, -1);
            AddSegment(row, prompt, first.Length, shared);
            AddSegment(row, prompt + first.Length, second.Length, shared);
            AddAnswer(chosen, row, prompt, prompt, first);
            AddAnswer(rejected, row, prompt, prompt + first.Length, second);
        }

        public SequenceBatch Build(int[] source, int padId, int tokens, ReferenceLogps? reference)
        {
            int columns = _rows.Max(row => row.Length);
            long[] ids = new long[_rows.Count * columns];
            Array.Fill(ids, padId);
            for (int r = 0; r < _rows.Count; r++)
            {
                for (int t = 0; t < _rows[r].Length; t++)
                {
                    ids[r * columns + t] = _rows[r][t];
                }
            }

            return new SequenceBatch
            {
                Source = source,
                Rows = _rows.Count,
                Columns = columns,
                Ids = ids,
                Segments = [.. _segments],
                Predictors = [.. _predicted.SelectMany(p => p).Select(p => p.Row * columns + p.Column)],
                Targets = [.. _predicted.SelectMany(p => p).Select(p => p.Target)],
                CompletionLengths = [.. _predicted.Select(p => p.Count)],
                Tokens = tokens,
                ReferenceChosen = reference is null ? null : [.. source.Select(row => reference.Chosen[row])],
                ReferenceRejected = reference is null ? null : [.. source.Select(row => reference.Rejected[row])],
            };
        }

        private void AddAnswer(int completion, int row, int prompt, int start, int[] answer)
        {
            for (int i = 0; i < answer.Length; i++)
            {
                _predicted[completion].Add((row, i == 0 ? prompt - 1 : start + i - 1, answer[i]));
            }
        }

        private void AddSegment(int row, int start, int length, int continues)
        {
            if (length > 0)
            {
                _segments.Add(new Segment(row, start, length, continues));
            }
        }
    }
}
