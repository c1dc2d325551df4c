using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Serving.Add;

/// <summary>An answer and who wrote it.</summary>
/// <param name="Model">A name under models/ or a run's id.</param>
/// <param name="Text">What it says.</param>
public sealed record ModelAnswer(string Model, string Text);

/// <summary>
/// Answers of models to one prompt as a row with candidates (docs/import.md), from which items to label are made. Models and
/// sampling stand beside the texts, so that they become the items' provenance, which no annotator sees.
/// </summary>
/// <param name="Json">The row; null when no answer is left.</param>
/// <param name="Left">How many answers are left.</param>
/// <param name="Equal">Answers left out because another one says the same.</param>
/// <param name="Empty">Answers left out because they say nothing.</param>
internal sealed record AnswerRow(byte[]? Json, int Left, int Equal, int Empty)
{
    /// <summary>What stands as the items' source.</summary>
    public const string Source = "generated";

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The row of some answers.</summary>
    public static AnswerRow Of(IReadOnlyList<Message> prompt, IReadOnlyList<ModelAnswer> answers, Sampling sampling)
    {
        ModelAnswer[] saying = [.. answers.Where(answer => !string.IsNullOrWhiteSpace(answer.Text))];
        ModelAnswer[] left = [.. Mixed(saying.DistinctBy(answer => answer.Text, StringComparer.Ordinal))];
        return new(left.Length == 0 ? null : Write(prompt, left, sampling), left.Length, saying.Length - left.Length, answers.Count - saying.Length);
    }

    // The models in turn: neighbours become pairs, and a pair says most about two models.
    private static IEnumerable<ModelAnswer> Mixed(IEnumerable<ModelAnswer> answers) => answers
        .GroupBy(answer => answer.Model)
        .SelectMany(model => model.Select((answer, round) => (Answer: answer, Round: round)))
        .OrderBy(entry => entry.Round)
        .Select(entry => entry.Answer);

    private static byte[] Write(IReadOnlyList<Message> prompt, ModelAnswer[] answers, Sampling sampling)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Writing))
        {
            json.WriteStartObject();
            json.WriteStartArray("prompt");
            foreach (Message turn in prompt)
            {
                json.WriteStartObject();
                json.WriteString("role", turn.Role);
                json.WriteString("content", turn.Content);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("answers");
            foreach (ModelAnswer answer in answers)
            {
                json.WriteStartObject();
                json.WriteString("text", answer.Text);
                json.WriteString("model", answer.Model);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("source", Source);
            json.WriteStartObject("sampling");
            json.WriteNumber("temperature", sampling.Temperature);
            json.WriteNumber("top_p", sampling.TopP);
            json.WriteNumber("max_tokens", sampling.MaxTokens);
            if (sampling.Seed is long seed)
            {
                json.WriteNumber("seed", seed);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
