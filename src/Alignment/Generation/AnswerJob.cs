using System.Buffers.Binary;

using Alignment.Models;

namespace Alignment.Generation;

/// <summary>Several answers to each of many prompts.</summary>
/// <param name="model">model, tokenizer and template</param>
/// <param name="sampling">how tokens are chosen</param>
/// <param name="maxNewTokens">limit of each answer</param>
/// <param name="batch">answers computed at once</param>
public sealed class AnswerJob(LoadedModel model, SamplingOptions sampling, int maxNewTokens, int batch)
{
    /// <summary>New tokens so far, of finished answers.</summary>
    public long Tokens { get; private set; }

    /// <summary>Answers so far.</summary>
    public int Answers { get; private set; }

    /// <summary>Answers every prompt; draws depend on seed, prompt and number of the answer only.</summary>
    /// <param name="prompts">prompts, with the number of the same prompts before each</param>
    /// <param name="perPrompt">answers to each, at least 1</param>
    /// <param name="finished">called with a prompt and all its answers, as soon as they are there</param>
    /// <param name="piece">called with an answer's number and each piece of its text, or null</param>
    /// <param name="stop">polled before every step</param>
    public void Run(
        IReadOnlyList<(PromptToContinue Prompt, int Occurrence)> prompts, int perPrompt,
        Action<PromptToContinue, IReadOnlyList<string>> finished, Action<int, string>? piece = null, CancellationToken stop = default)
    {
        var generator = new TextGenerator(model.Model, sampling, new GenerationLimits(maxNewTokens, model.EosIds, batch));
        string?[] answers = new string?[prompts.Count * perPrompt];
        var streams = new Dictionary<int, Tokenization.StreamingDecoder>();
        IEnumerable<GenerationRequest> requests = prompts.SelectMany(p =>
        {
            int[] ids = p.Prompt.Encode(model);
            ulong stream = BinaryPrimitives.ReadUInt64BigEndian(Convert.FromHexString(p.Prompt.Id));
            return Enumerable.Range(0, perPrompt).Select(n => new GenerationRequest(ids, stream + (ulong)(p.Occurrence * perPrompt + n)));
        });
        generator.Run(
            requests,
            result =>
            {
                Tokens += result.Ids.Count;
                Answers++;
                answers[result.Request] = model.Tokenizer.Decode([.. result.Ids], skipSpecialTokens: true);
                if (streams.Remove(result.Request, out Tokenization.StreamingDecoder? decoder))
                {
                    piece!(result.Request, decoder.Finish());
                }

                int prompt = result.Request / perPrompt;
                ArraySegment<string?> own = new(answers, prompt * perPrompt, perPrompt);
                if (own.All(a => a is not null))
                {
                    finished(prompts[prompt].Prompt, [.. own.Select(a => a!)]);
                }
            },
            piece is null ? null : (request, id) =>
            {
                if (!streams.TryGetValue(request, out Tokenization.StreamingDecoder? decoder))
                {
                    streams[request] = decoder = new Tokenization.StreamingDecoder(model.Tokenizer, skipSpecialTokens: true);
                }

                piece(request, decoder.Add(id));
            },
            stop);
    }
}
