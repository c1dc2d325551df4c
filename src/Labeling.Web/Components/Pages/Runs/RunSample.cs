using System.Text.Json;

namespace Alignment.Labeling.Web.Components.Pages.Runs;

/// <summary>One line of samples.jsonl: what the model answered at a step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Attempt">The attempt; of a step that was repeated the last one counts.</param>
/// <param name="Row">The held-out row.</param>
/// <param name="Prompt">Its prompt.</param>
/// <param name="Answer">The answer.</param>
internal sealed record RunSample(int Step, int Attempt, string Row, string Prompt, string Answer)
{
    private const int MostLines = 400;
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The newest lines of the file by row and step; a line that is being written is left out.</summary>
    public static async Task<IReadOnlyList<RunSample>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        var lines = new Queue<string>();
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            lines.Enqueue(line);
            if (lines.Count > MostLines)
            {
                lines.Dequeue();
            }
        }

        return [.. lines.Select(Parse).OfType<RunSample>().GroupBy(sample => (sample.Row, sample.Step)).Select(same => same.MaxBy(sample => sample.Attempt)!).OrderBy(sample => sample.Step)];
    }

    private static RunSample? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<RunSample>(line, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
