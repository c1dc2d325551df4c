using Alignment.Generation;

namespace Alignment.Serving;

/// <summary>One answer in work.</summary>
/// <param name="job">whose answer it is</param>
/// <param name="choice">0-based number of the answer; it is also the stream of its draws</param>
/// <param name="promptIds">the job's prompt</param>
/// <param name="sampler">the job's sampler</param>
/// <param name="alternatives">the job's wish for log-probabilities</param>
/// <param name="text">its text so far</param>
internal sealed class ChatRow(ChatJob job, int choice, IReadOnlyList<int> promptIds, Sampler sampler, int? alternatives, AnswerText text)
    : BatchRow(promptIds, sampler, (ulong)choice, alternatives)
{
    /// <summary>Whose answer it is.</summary>
    public ChatJob Job => job;

    /// <summary>Passes the newest token on; true when the answer is complete with it.</summary>
    public bool Take()
    {
        int id = Text[^1];
        bool ended = job.EosIds.Contains(id), full = NewTokens >= job.MaxTokens;
        (string piece, IReadOnlyList<TokenLogprobs> told) = ended ? ("", []) : text.Add(id, Logprobs);
        if ((ended || full) && !text.Stopped)
        {
            (string rest, IReadOnlyList<TokenLogprobs> last) = text.Finish();
            (piece, told) = (piece + rest, [.. told, .. last]);
        }

        string? reason = ended || text.Stopped ? FinishReasons.Stop : full ? FinishReasons.Length : null;
        job.Write(new AnswerPiece(choice, piece, told, reason));
        return reason is not null;
    }
}

/// <summary>Why an answer is complete, in OpenAI's words.</summary>
internal static class FinishReasons
{
    /// <summary>An end of text, or a stop string.</summary>
    public const string Stop = "stop";

    /// <summary>The limit of tokens, or the end of the context.</summary>
    public const string Length = "length";
}
