using System.Text.Json.Nodes;

using Alignment.Shared;

namespace Alignment.Tokenization;

/// <summary>
/// The merges that a SentencePiece vocabulary stands for: each token from every two tokens that it can be cut into, by
/// falling score (transformers' SentencePieceExtractor; within a token by the ids of the parts).
/// </summary>
internal static class SentencePieceMerges
{
    /// <summary>The merges by rank, as pairs; those of the file where it has them.</summary>
    public static JsonArray Of(GgufVocabulary vocabulary)
    {
        if (vocabulary.Merges is string[] given)
        {
            return [.. given.Select(merge => JsonValue.Create(merge))];
        }

        float[] scores = vocabulary.Scores ?? throw new UserError("GGUF metadata: tokenizer.ggml.scores is missing; a SentencePiece vocabulary needs scores or merges");
        IEnumerable<(int Left, int Right)> merges = Enumerable.Range(0, vocabulary.Tokens.Length)
            .Where(id => IsText(vocabulary, id))
            .OrderByDescending(id => scores[id])
            .SelectMany(id => Cuts(vocabulary, vocabulary.Tokens[id]).Order());
        return [.. merges.Select(merge => new JsonArray(vocabulary.Tokens[merge.Left], vocabulary.Tokens[merge.Right]))];
    }

    private static IEnumerable<(int Left, int Right)> Cuts(GgufVocabulary vocabulary, string token)
    {
        for (int at = 1; at < token.Length; at++)
        {
            if (!char.IsLowSurrogate(token[at])
                && vocabulary.Ids.TryGetValue(token[..at], out int left) && IsText(vocabulary, left)
                && vocabulary.Ids.TryGetValue(token[at..], out int right) && IsText(vocabulary, right))
            {
                yield return (left, right);
            }
        }
    }

    private static bool IsText(GgufVocabulary vocabulary, int id) => vocabulary.Types[id] is GgufVocabulary.Normal or GgufVocabulary.UserDefined;
}
