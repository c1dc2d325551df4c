using Alignment.Generation;
using Alignment.Tokenization;

namespace Alignment.Serving;

/// <summary>A piece of an answer.</summary>
/// <param name="Choice">0-based number of the answer</param>
/// <param name="Text">what is new</param>
/// <param name="Logprobs">of the tokens that the new text begins or goes on with; empty where not asked for</param>
/// <param name="FinishReason">stop or length with the last piece, else null</param>
internal sealed record AnswerPiece(int Choice, string Text, IReadOnlyList<TokenLogprobs> Logprobs, string? FinishReason);

/// <summary>
/// The text of one answer as it grows: ids to text, stop strings, and which tokens' log-probabilities belong to what is
/// shown. A token is told when something of its text is shown; what a stop string cuts off is told no more. One thread.
/// </summary>
/// <param name="tokenizer">decodes</param>
/// <param name="stops">end the answer</param>
internal sealed class AnswerText(Tokenizer tokenizer, IReadOnlyList<string> stops)
{
    private readonly StreamingDecoder _decoder = new(tokenizer, skipSpecialTokens: true);
    private readonly StopSearch _search = new(stops);
    private readonly Queue<(int Start, TokenLogprobs Logprobs)> _untold = new();
    private int _decoded;
    private int _shown;

    /// <summary>Whether a stop string ended the answer.</summary>
    public bool Stopped => _search.Found;

    /// <summary>Adds a token.</summary>
    /// <param name="id">the token</param>
    /// <param name="logprobs">what was noted of it, or null</param>
    /// <returns>the text that is certain by now, and the tokens told with it</returns>
    public (string Text, IReadOnlyList<TokenLogprobs> Logprobs) Add(int id, TokenLogprobs? logprobs)
    {
        if (logprobs is not null)
        {
            _untold.Enqueue((_decoded, logprobs));
        }

        return Show(_decoder.Add(id));
    }

    /// <summary>The rest, when no more tokens come. A stop string may still end the answer in it.</summary>
    public (string Text, IReadOnlyList<TokenLogprobs> Logprobs) Finish()
    {
        (string text, IReadOnlyList<TokenLogprobs> told) = Show(_decoder.Finish());
        return Stopped ? (text, told) : (text + _search.Finish(), [.. told, .. _untold.Select(token => token.Logprobs)]);
    }

    private (string Text, IReadOnlyList<TokenLogprobs> Logprobs) Show(string piece)
    {
        _decoded += piece.Length;
        string text = _search.Add(piece);
        _shown += text.Length;
        var told = new List<TokenLogprobs>();
        while (_untold.TryPeek(out (int Start, TokenLogprobs Logprobs) token) && token.Start < _shown)
        {
            told.Add(token.Logprobs);
            _untold.Dequeue();
        }

        return (text, told);
    }
}
