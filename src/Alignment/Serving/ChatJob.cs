using System.Threading.Channels;

using Alignment.Generation;
using Alignment.Models;

namespace Alignment.Serving;

/// <summary>
/// One request on its way: the generation thread writes pieces of its answers, the request's own task reads them. All
/// that both touch is the channel and the token.
/// </summary>
/// <param name="request">what was asked</param>
/// <param name="promptIds">the conversation in the model's template</param>
/// <param name="maxTokens">limit of new tokens of each answer, at least 1</param>
/// <param name="model">decodes and ends answers</param>
/// <param name="gone">set when nobody waits for the answers any more</param>
internal sealed class ChatJob(ChatRequest request, IReadOnlyList<int> promptIds, int maxTokens, LoadedModel model, CancellationToken gone)
{
    // Nearer to 0 the division of the logits would leave fp32.
    private const double LeastTemperature = 1e-6;

    private readonly Channel<AnswerPiece> _pieces = Channel.CreateUnbounded<AnswerPiece>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private Sampler? _sampler;
    private int _begun;
    private int _ended;

    /// <summary>Name of the model.</summary>
    public string Model => request.Model;

    /// <summary>Limit of new tokens of each answer.</summary>
    public int MaxTokens => maxTokens;

    /// <summary>Ids that end an answer and are no part of it.</summary>
    public IReadOnlySet<int> EosIds { get; } = model.EosIds;

    /// <summary>Tokens of the prompt.</summary>
    public int PromptTokens => promptIds.Count;

    /// <summary>Tokens of all answers, closing ends of text included; final once <see cref="Pieces"/> are complete.</summary>
    public int CompletionTokens { get; private set; }

    /// <summary>Pieces of the answers; complete when all answers are.</summary>
    public ChannelReader<AnswerPiece> Pieces => _pieces.Reader;

    /// <summary>Whether nobody waits for the answers any more.</summary>
    public bool IsGone => gone.IsCancellationRequested;

    /// <summary>Whether answers are not begun yet.</summary>
    public bool HasMore => _begun < request.Answers && !IsGone;

    /// <summary>Begins up to <paramref name="most"/> further answers (generation thread).</summary>
    public IReadOnlyList<ChatRow> Begin(int most)
    {
        _sampler ??= new Sampler(
            new SamplingOptions
            {
                Greedy = request.Temperature < LeastTemperature,
                Temperature = request.Temperature,
                TopP = request.TopP,
                Seed = (ulong)(request.Seed ?? Random.Shared.NextInt64()),
            },
            EosIds);
        int first = _begun;
        _begun = Math.Min(request.Answers, _begun + most);
        return [.. Enumerable.Range(first, _begun - first).Select(choice =>
            new ChatRow(this, choice, promptIds, _sampler, request.Alternatives, new AnswerText(model.Tokenizer, request.Stop)))];
    }

    /// <summary>Passes on what a token brought (generation thread).</summary>
    public void Write(AnswerPiece piece)
    {
        CompletionTokens++;
        if (piece.Text.Length > 0 || piece.Logprobs.Count > 0 || piece.FinishReason is not null)
        {
            _pieces.Writer.TryWrite(piece);
        }

        if (piece.FinishReason is not null && ++_ended == request.Answers)
        {
            _pieces.Writer.TryComplete();
        }
    }

    /// <summary>Ends the answers early (generation thread).</summary>
    public void Fail(Exception error) => _pieces.Writer.TryComplete(error);
}
