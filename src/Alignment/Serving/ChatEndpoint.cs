using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using Alignment.Generation;
using Alignment.Shared;

using Microsoft.AspNetCore.Http;

namespace Alignment.Serving;

/// <summary><c>POST /v1/chat/completions</c>.</summary>
/// <param name="models">what is served</param>
/// <param name="engine">answers</param>
/// <param name="open">requests in work</param>
/// <param name="options">limits</param>
internal sealed class ChatEndpoint(ServedModels models, Engine engine, OpenRequests open, ServeOptions options)
{
    /// <summary>Answers a request; its errors are <see cref="ApiError"/>s until the first byte is out, events of the stream after it.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        open.Enter();
        try
        {
            using JsonDocument body = await Json.ReadAsync(context.Request).ConfigureAwait(false);
            await AnswerAsync(context, ChatRequestReader.From(body.RootElement)).ConfigureAwait(false);
        }
        finally
        {
            open.Leave();
        }
    }

    /// <summary>What is said of a name that is not served.</summary>
    public static ApiError UnknownModel(string name, ServedModels models) => new(
        StatusCodes.Status404NotFound, "model_not_found", $"The model '{name}' does not exist; served here: {string.Join(", ", models.Names)}.", "model");

    private async Task AnswerAsync(HttpContext context, ChatRequest request)
    {
        int[] prompt = Prompt(request);
        int room = models.Context(options.Context) - prompt.Length;
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, open.Aborted);
        gone.CancelAfter(options.RequestTime);
        var job = new ChatJob(request, prompt, Math.Min(request.MaxTokens ?? room, room), models.Base, gone.Token);
        var replies = new ChatReplies(request.Model, options.Clock.GetUtcNow(), models.Base.Tokenizer);
        if (!engine.TryAdd(job))
        {
            throw QueueFull();
        }

        try
        {
            await (request.Stream ? StreamAsync(context, request, job, replies, gone.Token) : WholeAsync(context, request, job, replies, gone.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            ApiError error = open.Aborted.IsCancellationRequested ? OpenRequests.Stopping() : new ApiError(
                StatusCodes.Status504GatewayTimeout, "timeout",
                FormattableString.Invariant($"The request took longer than the {options.RequestTime.TotalSeconds:0} seconds that it may."));
            if (!context.Response.HasStarted)
            {
                throw error;
            }

            await Json.EventAsync(context, error.Body).ConfigureAwait(false);
        }
        finally
        {
            await gone.CancelAsync().ConfigureAwait(false); // whatever ended this request frees its rows
        }
    }

    private ApiError QueueFull() => new(
        StatusCodes.Status429TooManyRequests, "queue_full", FormattableString.Invariant($"The queue is full: {options.Queue} requests wait. Try again later."))
    {
        RetryAfter = 1,
    };

    private int[] Prompt(ChatRequest request)
    {
        if (!models.Has(request.Model))
        {
            throw UnknownModel(request.Model, models);
        }

        int[] prompt = Encode(request);
        int context = models.Context(options.Context);
        return prompt.Length < context ? prompt : throw ApiError.Invalid(
            "messages", "context_length_exceeded",
            FormattableString.Invariant($"The messages are {prompt.Length} tokens, but the context is {context} tokens, of which the answer needs at least one. Shorten the messages."));
    }

    private int[] Encode(ChatRequest request)
    {
        try
        {
            return new PromptToContinue(request.Messages, null).Encode(models.Base);
        }
        catch (UserError e)
        {
            throw ApiError.Invalid("messages", "invalid_messages", e.Message);
        }
    }

    private static async Task WholeAsync(HttpContext context, ChatRequest request, ChatJob job, ChatReplies replies, CancellationToken gone)
    {
        var texts = new StringBuilder[request.Answers];
        var logprobs = new List<TokenLogprobs>[request.Answers];
        var reasons = new string[request.Answers];
        for (int i = 0; i < request.Answers; i++)
        {
            (texts[i], logprobs[i]) = (new StringBuilder(), []);
        }

        await foreach (AnswerPiece piece in job.Pieces.ReadAllAsync(gone).ConfigureAwait(false))
        {
            texts[piece.Choice].Append(piece.Text);
            logprobs[piece.Choice].AddRange(piece.Logprobs);
            reasons[piece.Choice] = piece.FinishReason ?? "";
        }

        IEnumerable<JsonObject> choices = Enumerable.Range(0, request.Answers)
            .Select(i => replies.Choice(i, texts[i].ToString(), request.Alternatives is null ? null : logprobs[i], reasons[i]));
        await Json.WriteAsync(context, StatusCodes.Status200OK, replies.Completion(choices, job)).ConfigureAwait(false);
    }

    private static async Task StreamAsync(HttpContext context, ChatRequest request, ChatJob job, ChatReplies replies, CancellationToken gone)
    {
        Json.BeginStream(context);
        for (int i = 0; i < request.Answers; i++)
        {
            await Json.EventAsync(context, replies.Opening(i, request.IncludeUsage)).ConfigureAwait(false);
        }

        await foreach (AnswerPiece piece in job.Pieces.ReadAllAsync(gone).ConfigureAwait(false))
        {
            await Json.EventAsync(context, replies.Piece(piece, request.Alternatives is not null, request.IncludeUsage)).ConfigureAwait(false);
        }

        if (request.IncludeUsage)
        {
            await Json.EventAsync(context, replies.Closing(job)).ConfigureAwait(false);
        }

        await Json.EventAsync(context, "[DONE]").ConfigureAwait(false);
    }
}
