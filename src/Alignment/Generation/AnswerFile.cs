using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

using Alignment.Shared;

namespace Alignment.Generation;

/// <summary>
/// A jsonl file of prompts with their answers (<c>prompt</c>, <c>completions</c>), as <c>pipeline import</c> takes it. It is
/// continued: prompts that stand in it are not generated again, and a last line that was cut off is dropped.
/// </summary>
public sealed class AnswerFile : IDisposable
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly FileStream _file;
    private readonly Dictionary<string, int> _answered = new(StringComparer.Ordinal);

    /// <summary>Opens or creates the file.</summary>
    /// <exception cref="UserError">It holds something else, or cannot be written.</exception>
    public AnswerFile(string path)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            _file.SetLength(JsonLines.WholeLength(_file));
            _file.Position = 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{path}: cannot be written ({e.Message})", inner: e);
        }

        var lines = new JsonLines(_file);
        while (lines.Next() is { } line)
        {
            string id = Read(line, path, lines.Number).Id;
            _answered[id] = _answered.GetValueOrDefault(id) + 1;
        }

        _file.Seek(0, SeekOrigin.End);
    }

    /// <summary>True when one more prompt of this id stands in the file than was asked for so far.</summary>
    public bool TakeAnswered(string id)
    {
        int left = _answered.GetValueOrDefault(id);
        _answered[id] = left - 1;
        return left > 0;
    }

    /// <summary>Appends a line and hands it to the operating system.</summary>
    public void Add(PromptToContinue prompt, IReadOnlyList<string> answers)
    {
        var row = new JsonObject { ["prompt"] = prompt.Json, ["completions"] = new JsonArray([.. answers.Select(a => (JsonNode)JsonValue.Create(a))]) };
        _file.Write([.. JsonSerializer.SerializeToUtf8Bytes(row, Options), (byte)'\n']);
        _file.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static PromptToContinue Read(ReadOnlyMemory<byte> line, string path, int number)
    {
        try
        {
            return JsonNode.Parse(line.Span)!["prompt"] switch
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
