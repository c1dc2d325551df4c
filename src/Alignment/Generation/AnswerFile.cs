using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

using Alignment.Shared;

namespace Alignment.Generation;

/// <summary>
/// A jsonl file of prompts with their answers (<c>prompt</c>, <c>completions</c>), as <c>pipeline import</c> takes it. It is
/// continued: prompts that stand in it are not generated again, and a last line that was cut off is written over by the first
/// new one. Until then the file stays as it was.
/// </summary>
public sealed class AnswerFile : IDisposable
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly string _path;
    private readonly FileStream _file;
    private readonly Dictionary<string, int> _answered = new(StringComparer.Ordinal);

    /// <summary>Opens or creates the file.</summary>
    /// <exception cref="UserError">It holds something else, or cannot be written.</exception>
    public AnswerFile(string path)
    {
        _path = path;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            try
            {
                ReadAnswers();
            }
            catch
            {
                _file.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UserError($"{path}: cannot be written ({e.Message})", inner: e);
        }
    }

    /// <summary>True when exactly this prompt stands in the file once more than was asked for so far.</summary>
    public bool TakeAnswered(PromptToContinue prompt)
    {
        string key = prompt.Exact;
        int left = _answered.GetValueOrDefault(key);
        _answered[key] = left - 1;
        return left > 0;
    }

    /// <summary>Appends a line and hands it to the operating system.</summary>
    /// <exception cref="UserError">The disk is full.</exception>
    public void Add(PromptToContinue prompt, IReadOnlyList<string> answers)
    {
        var row = new JsonObject { ["prompt"] = prompt.Json, ["completions"] = new JsonArray([.. answers.Select(a => (JsonNode)JsonValue.Create(a))]) };
        try
        {
            if (_file.Length > _file.Position)
            {
                _file.SetLength(_file.Position);
            }

            _file.Write([.. JsonSerializer.SerializeToUtf8Bytes(row, Options), (byte)'\n']);
        }
        catch (IOException e)
        {
            throw new UserError($"{_path} can not be written: {e.Message} Free disk space and give the same command again: it goes on after the answers that stand there", ExitCodes.Failed, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // Ends where the next line goes: behind the last whole one.
    private void ReadAnswers()
    {
        if (_file.Length == 0)
        {
            return;
        }

        long end = JsonLines.WholeLength(_file);
        _file.Position = 0;
        var lines = new JsonLines(_file);
        while (lines.Next() is { } line && (lines.LastWasWhole || !IsCutOff(line)))
        {
            string prompt = Read(line, _path, lines.Number).Exact;
            if (lines.LastWasWhole)
            {
                _answered[prompt] = _answered.GetValueOrDefault(prompt) + 1;
            }
        }

        _file.Position = end;
    }

    // A line of ours without its end; anything else without a line feed is somebody's text and not to be cut.
    private static bool IsCutOff(ReadOnlyMemory<byte> line)
    {
        try
        {
            JsonDocument.Parse(line).Dispose();
            return false;
        }
        catch (JsonException)
        {
            ReadOnlySpan<byte> begin = "{\"prompt\""u8;
            int common = Math.Min(begin.Length, line.Length);
            return line.Span[..common].SequenceEqual(begin[..common]);
        }
    }

    private static PromptToContinue Read(ReadOnlyMemory<byte> line, string path, int number)
    {
        try
        {
            JsonNode row = JsonNode.Parse(line.Span)!;
            if (row["completions"] is not JsonArray answers || answers.Any(answer => answer?.GetValueKind() != JsonValueKind.String))
            {
                throw new JsonException("it has no list of answers in 'completions'");
            }

            return row["prompt"] switch
            {
                JsonArray turns => new([.. turns.Select(t => new Shared.Preferences.Message(t!["role"]!.GetValue<string>(), t["content"]!.GetValue<string>()))], null),
                JsonValue text => new([], text.GetValue<string>()),
                _ => throw new JsonException("it has no prompt"),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new UserError(FormattableString.Invariant($"{path}:{number}: this is not a line of generated answers ({e.Message}); choose another --out"), inner: e);
        }
    }
}
