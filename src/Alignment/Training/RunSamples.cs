using System.Text.Encodings.Web;
using System.Text.Json;

using Alignment.Data;
using Alignment.Generation;
using Alignment.Models;
using Alignment.Shared;

namespace Alignment.Training;

/// <summary>Greedy answers to the first held-out prompts, so that people see what a run changes: samples.jsonl, one line each.</summary>
/// <param name="model">the model as it is trained</param>
/// <param name="heldOut">the held-out rows; those without a prompt are passed over</param>
/// <param name="count">how many prompts</param>
/// <param name="path">samples.jsonl</param>
public sealed class RunSamples(LoadedModel model, IRowSet heldOut, int count, string path)
{
    /// <summary>Longest answer, in tokens.</summary>
    public const int MaxNewTokens = 64;

    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly (string Row, int[] Prompt)[] _prompts = [.. Prompts(heldOut).Take(count)];

    /// <summary>
    /// Answers every prompt and appends the lines; a torn last line of a killed process is cut off before. They are on the disk
    /// before a checkpoint says that the step is evaluated.
    /// </summary>
    /// <exception cref="UserError">the file cannot be written</exception>
    public void Write(int step, int attempt)
    {
        if (_prompts.Length == 0)
        {
            return;
        }

        var generator = new TextGenerator(
            model.Model, new SamplingOptions { Greedy = true }, new GenerationLimits(MaxNewTokens, model.EosIds, Math.Min(_prompts.Length, 8)));
        var answers = new string[_prompts.Length];
        generator.Run(
            _prompts.Select((prompt, i) => new GenerationRequest(prompt.Prompt, (ulong)i)),
            result => answers[result.Request] = model.Tokenizer.Decode([.. result.Ids], skipSpecialTokens: true));
        Append(_prompts.Select((prompt, i) => new Sample(step, attempt, prompt.Row, model.Tokenizer.Decode(prompt.Prompt, skipSpecialTokens: false), answers[i])));
    }

    private void Append(IEnumerable<Sample> samples)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
            stream.SetLength(JsonLines.WholeLength(stream));
            stream.Seek(0, SeekOrigin.End);
            foreach (Sample sample in samples)
            {
                JsonSerializer.Serialize(stream, sample, Options);
                stream.WriteByte((byte)'\n');
            }

            stream.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CanNotWrite(path, e);
        }
    }

    private static IEnumerable<(string Row, int[] Prompt)> Prompts(IRowSet rows)
    {
        for (int row = 0; row < rows.Count; row++)
        {
            EncodedSequence sequence = rows switch
            {
                PairSet pairs => pairs.Pairs[row].Chosen,
                CompletionSet single => single.Rows[row].Sequence,
                _ => throw new ArgumentException($"{rows.GetType()} has no prompts", nameof(rows)),
            };
            if (sequence.PromptLength > 0 && sequence.PromptLength < sequence.Ids.Length)
            {
                yield return (rows.Name(row), sequence.Ids[..sequence.PromptLength]);
            }
        }
    }

    private sealed record Sample(int Step, int Attempt, string Row, string Prompt, string Answer);
}
