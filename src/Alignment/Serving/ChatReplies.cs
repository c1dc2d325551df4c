using System.Text.Json.Nodes;

using Alignment.Generation;
using Alignment.Tokenization;

namespace Alignment.Serving;

/// <summary>Chat completions and their chunks in OpenAI's form.</summary>
/// <param name="model">the name asked for</param>
/// <param name="created">when the request was taken in</param>
/// <param name="tokenizer">gives the texts of single tokens</param>
internal sealed class ChatReplies(string model, DateTimeOffset created, Tokenizer tokenizer)
{
    // OpenAI's number for "very unlikely": JSON has no infinity.
    private const double LeastLogprob = -9999;

    private readonly string _id = $"chatcmpl-{Guid.NewGuid():N}";

    /// <summary>A whole response.</summary>
    /// <param name="choices">of <see cref="Choice"/></param>
    /// <param name="job">answered</param>
    public JsonObject Completion(IEnumerable<JsonObject> choices, ChatJob job) => Head("chat.completion", choices, Usage(job));

    /// <summary>One answer of a whole response.</summary>
    public JsonObject Choice(int index, string text, IReadOnlyList<TokenLogprobs>? logprobs, string reason) => new()
    {
        ["index"] = index,
        ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = text, ["refusal"] = null },
        ["logprobs"] = Logprobs(logprobs),
        ["finish_reason"] = reason,
    };

    /// <summary>The chunk that opens an answer.</summary>
    public JsonObject Opening(int index, bool withUsage) =>
        Chunk([Delta(index, new JsonObject { ["role"] = "assistant", ["content"] = "", ["refusal"] = null }, null, null)], withUsage, null);

    /// <summary>A chunk with a piece of an answer.</summary>
    public JsonObject Piece(AnswerPiece piece, bool withLogprobs, bool withUsage) => Chunk(
        [Delta(piece.Choice, piece.Text.Length > 0 ? new JsonObject { ["content"] = piece.Text } : [], withLogprobs ? piece.Logprobs : null, piece.FinishReason)],
        withUsage, null);

    /// <summary>The chunk with the usage, after all answers.</summary>
    public JsonObject Closing(ChatJob job) => Chunk([], true, Usage(job));

    private static JsonObject Usage(ChatJob job) => new()
    {
        ["prompt_tokens"] = job.PromptTokens,
        ["completion_tokens"] = job.CompletionTokens,
        ["total_tokens"] = job.PromptTokens + job.CompletionTokens,
    };

    private JsonObject Delta(int index, JsonObject delta, IReadOnlyList<TokenLogprobs>? logprobs, string? reason) => new()
    {
        ["index"] = index,
        ["delta"] = delta,
        ["logprobs"] = Logprobs(logprobs),
        ["finish_reason"] = reason,
    };

    // With include_usage every chunk has the key, with null in all but the last.
    private JsonObject Chunk(IEnumerable<JsonObject> choices, bool withUsage, JsonObject? usage)
    {
        JsonObject chunk = Head("chat.completion.chunk", choices, usage);
        if (!withUsage)
        {
            chunk.Remove("usage");
        }

        return chunk;
    }

    private JsonObject Head(string kind, IEnumerable<JsonObject> choices, JsonObject? usage) => new()
    {
        ["id"] = _id,
        ["object"] = kind,
        ["created"] = created.ToUnixTimeSeconds(),
        ["model"] = model,
        ["choices"] = new JsonArray([.. choices]),
        ["usage"] = usage,
    };

    private JsonObject? Logprobs(IReadOnlyList<TokenLogprobs>? tokens) => tokens is null ? null : new JsonObject
    {
        ["content"] = new JsonArray([.. tokens.Select(token =>
        {
            JsonObject entry = Token(token.Chosen);
            entry["top_logprobs"] = new JsonArray([.. token.Likeliest.Select(Token)]);
            return entry;
        })]),
        ["refusal"] = null,
    };

    private JsonObject Token(TokenLogprob token) => new()
    {
        ["token"] = TokenText.Of(tokenizer, token.Id),
        ["logprob"] = Math.Max(token.Logprob, LeastLogprob),
        ["bytes"] = TokenText.BytesOf(tokenizer, token.Id) is byte[] bytes ? new JsonArray([.. bytes.Select(value => JsonValue.Create((int)value))]) : null,
    };
}
