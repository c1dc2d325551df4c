using Alignment.Models;

namespace Alignment.Generation;

/// <summary>One text to continue.</summary>
/// <param name="PromptIds">at least one id</param>
/// <param name="Stream">tells requests of one seed apart (prompt and sample)</param>
public sealed record GenerationRequest(IReadOnlyList<int> PromptIds, ulong Stream);

/// <summary>A continued text.</summary>
/// <param name="Request">0-based number of the request</param>
/// <param name="Ids">new ids, a closing end of text included</param>
/// <param name="Ended">true at an end of text, false at the limit</param>
public sealed record GenerationResult(int Request, IReadOnlyList<int> Ids, bool Ended);

/// <summary>When a text ends.</summary>
/// <param name="MaxNewTokens">at most this many new tokens, at least 1</param>
/// <param name="EosIds">ids that end a text; none are looked for when empty</param>
/// <param name="Batch">rows computed at once, at least 1</param>
public sealed record GenerationLimits(int MaxNewTokens, IReadOnlySet<int> EosIds, int Batch);

/// <summary>
/// Continues many texts at once with a key-value cache; a finished row makes room for the next request at once. Each
/// request's draws are its own, so what else is in the batch does not matter to them.
/// </summary>
/// <param name="model">the model</param>
/// <param name="sampling">how tokens are chosen</param>
/// <param name="limits">when texts end</param>
public sealed class TextGenerator(CausalModel model, SamplingOptions sampling, GenerationLimits limits)
{
    private readonly Sampler _sampler = new(sampling, limits.EosIds);

    private sealed class Row(int request, GenerationRequest what, Sampler sampler) : BatchRow(what.PromptIds, sampler, what.Stream)
    {
        public int Request => request;
    }

    /// <summary>Continues every request; results come in the order in which they end.</summary>
    /// <param name="requests">taken one by one, as rows become free</param>
    /// <param name="finished">called on this thread with each finished text</param>
    /// <param name="token">called on this thread with request and id as soon as a token is chosen; null when not needed</param>
    /// <param name="stop">polled before every step</param>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public void Run(
        IEnumerable<GenerationRequest> requests, Action<GenerationResult> finished, Action<int, int>? token = null, CancellationToken stop = default)
    {
        using var batch = new RowBatch(model, limits.Batch);
        using IEnumerator<GenerationRequest> source = requests.GetEnumerator();
        int taken = 0;
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var fresh = new List<Row>();
            while (batch.Rows.Count + fresh.Count < limits.Batch && source.MoveNext())
            {
                fresh.Add(new Row(taken++, source.Current, _sampler));
            }

            if (batch.Rows.Count + fresh.Count == 0)
            {
                return;
            }

            batch.Join(fresh);
            Tell(fresh, token);
            batch.Leave(row => IsFinished((Row)row, finished));
            batch.Step();
            Tell(batch.Rows, token);
            batch.Leave(row => IsFinished((Row)row, finished));
        }
    }

    private static void Tell(IEnumerable<BatchRow> rows, Action<int, int>? token)
    {
        if (token is not null)
        {
            foreach (Row row in rows.Cast<Row>())
            {
                token(row.Request, row.Text[^1]);
            }
        }
    }

    private bool IsFinished(Row row, Action<GenerationResult> finished)
    {
        bool ended = limits.EosIds.Contains(row.Text[^1]);
        if (!ended && row.NewTokens < limits.MaxNewTokens)
        {
            return false;
        }

        finished(new GenerationResult(row.Request, row.NewIds, ended));
        return true;
    }
}
