using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Alignment.Shared;
using Alignment.Shared.Preferences;
using OpenAI;
using OpenAI.Chat;

namespace Alignment.Pipeline.Serving;

/// <summary>Asks models and streams what they answer.</summary>
internal sealed class ModelAnswers(ServePool pool) : IDisposable
{
    private const int TooManyRequests = 429;
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(2);

    // From one piece to the next: a long prompt on a slow machine is read for minutes.
    private static readonly TimeSpan PiecePatience = TimeSpan.FromMinutes(10);

    // A proxy of the surroundings has no business between two processes of one machine.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>One answer, piece by piece; the last piece says how it ended.</summary>
    /// <exception cref="UserError">The model cannot be started or does not take the request.</exception>
    public async IAsyncEnumerable<AnswerPiece> AskAsync(string model, IReadOnlyList<Message> prompt, Sampling sampling, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!pool.IsReady(model))
        {
            yield return new(AnswerPhase.Starting);
        }

        using ServeLease lease = await pool.UseAsync(model, cancellationToken);
        yield return new(AnswerPhase.Reading);
        await using IAsyncEnumerator<StreamingChatCompletionUpdate> updates = Client(lease.Model)
            .CompleteChatStreamingAsync([.. prompt.Select(Turn)], Options(sampling), cancellationToken).GetAsyncEnumerator(cancellationToken);
        ChatFinishReason? reason = null;
        int? tokens = null;
        while (await NextAsync(updates, lease.Server, cancellationToken))
        {
            (reason, tokens) = (updates.Current.FinishReason ?? reason, updates.Current.Usage?.OutputTokenCount ?? tokens);
            string text = string.Concat(updates.Current.ContentUpdate.Select(part => part.Text));
            if (text.Length > 0)
            {
                yield return new(AnswerPhase.Writing, text);
            }
        }

        yield return reason is null ? throw await LostAsync(lease.Server, null) : new(reason == ChatFinishReason.Length ? AnswerPhase.Cut : AnswerPhase.Finished, Tokens: tokens);
    }

    /// <summary>One answer as a whole.</summary>
    public async Task<string> AnswerAsync(string model, IReadOnlyList<Message> prompt, Sampling sampling, CancellationToken cancellationToken)
    {
        var answer = new System.Text.StringBuilder();
        await foreach (AnswerPiece piece in AskAsync(model, prompt, sampling, cancellationToken))
        {
            answer.Append(piece.Text);
        }

        return answer.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static async Task<bool> NextAsync(IAsyncEnumerator<StreamingChatCompletionUpdate> updates, ModelServer server, CancellationToken cancellationToken)
    {
        try
        {
            return await updates.MoveNextAsync();
        }
        catch (ClientResultException e) when (e.Status is >= 400 and < 500 and not TooManyRequests)
        {
            throw new RequestRefused($"model '{server.Model}' does not take this: {Reason(e)}", e);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is not UserError)
        {
            throw await LostAsync(server, e);
        }
    }

    // The connection breaks a moment before the process is seen to be gone.
    private static async Task<ModelLost> LostAsync(ModelServer server, Exception? inner)
    {
        await Task.WhenAny(server.Ended, Task.Delay(EndPatience));
        return server.Ended.IsCompleted
            ? new($"model '{server.Model}' ended in the middle of the answer: {server.LastWords}", inner)
            : new($"model '{server.Model}' broke the answer off: {(inner is ClientResultException refusal ? Reason(refusal) : inner?.Message ?? server.LastWords)}", inner);
    }

    private static string Reason(ClientResultException error)
    {
        try
        {
            return error.GetRawResponse()?.Content is { } body && JsonNode.Parse(body)?["error"]?["message"]?.GetValue<string>() is { } message ? message : error.Message;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return error.Message;
        }
    }

    private ChatClient Client(ServedModel model) => new(
        model.Name,
        new ApiKeyCredential(model.Key),
        new OpenAIClientOptions { Endpoint = new Uri(model.Address, "v1"), Transport = new HttpClientPipelineTransport(_http), NetworkTimeout = PiecePatience, RetryPolicy = new WhereBusy() });

    private static ChatCompletionOptions Options(Sampling sampling) => new()
    {
        Temperature = (float)sampling.Temperature,
        TopP = (float)sampling.TopP,
        MaxOutputTokenCount = sampling.MaxTokens,
#pragma warning disable OPENAI001 // the client calls seeds experimental
        Seed = sampling.Seed,
#pragma warning restore OPENAI001
    };

    private static ChatMessage Turn(Message turn) => turn.Role switch
    {
        Roles.System => new SystemChatMessage(turn.Content),
        Roles.Assistant => new AssistantChatMessage(turn.Content),
        _ => new UserChatMessage(turn.Content),
    };

    /// <summary>Repeats what a busy model refused, when it says; all else is told at once.</summary>
    private sealed class WhereBusy() : ClientRetryPolicy(Tries)
    {
        private const int Tries = 8;

        protected override bool ShouldRetry(PipelineMessage message, Exception? exception) => exception is null && message.Response?.Status == TooManyRequests;

        protected override ValueTask<bool> ShouldRetryAsync(PipelineMessage message, Exception? exception) => new(ShouldRetry(message, exception));
    }
}
