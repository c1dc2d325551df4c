using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Alignment.Pipeline.Items.Import.Formats;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Items.Import;

/// <summary>A row that can be imported.</summary>
/// <param name="Line">Its line number, from 1.</param>
/// <param name="Layout">The name of its layout.</param>
/// <param name="Drafts">Its items.</param>
/// <param name="Source">What it says about its origin; null when it says nothing.</param>
/// <param name="Extra">Its other keys as a JSON object; null without any.</param>
/// <param name="ExtraKeys">The names of those keys.</param>
/// <param name="Notes">What is worth a look (<see cref="ImportNotes"/>).</param>
internal sealed record ParsedRow(
    long Line,
    string Layout,
    IReadOnlyList<ItemDraft> Drafts,
    string? Source,
    string? Extra,
    IReadOnlyList<string> ExtraKeys,
    IReadOnlyList<string> Notes)
{
    /// <summary>Roughly the bytes that it holds in memory.</summary>
    public long Size => Drafts.Sum(draft => 2L * ((draft.AnswerA?.Length ?? 0) + (draft.AnswerB?.Length ?? 0))) + Drafts[0].Prompt.Sum(turn => 2L * turn.Content.Length) + (2L * (Extra?.Length ?? 0));
}

/// <summary>One line of a file into items.</summary>
internal static class RowParser
{
    private const int SourceLength = 200;
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a line.</summary>
    /// <exception cref="RowError">The row cannot be imported.</exception>
    public static ParsedRow Parse(ReadOnlyMemory<byte> bytes, long line, PairRule pairs)
    {
        using RowFields row = RowFields.Parse(bytes);
        IRowFormat format = Layouts.Of(row);
        List<string> notes = [];
        ItemDraft[] drafts = [.. format.Read(row, pairs, notes)];
        if (drafts.Any(draft => draft.RepeatsARole))
        {
            notes.Add(ImportNotes.RepeatedRole);
        }

        if (drafts.Any(draft => draft.Kind == ItemKind.Pair && draft.AnswerA == draft.AnswerB))
        {
            notes.Add(ImportNotes.EqualAnswers);
        }

        string[] extra = [.. Layouts.Extra(row)];
        if (extra.Length > 0)
        {
            notes.Add(ImportNotes.ExtraKeys);
        }

        return new(line, format.Name, drafts, Source(row), extra.Length == 0 ? null : Extra(row, extra), extra, notes);
    }

    /// <summary>The provenance of a row's items: a JSON object with file, line and the row's other keys.</summary>
    public static string Provenance(ParsedRow row, string file) => JsonObject(json =>
    {
        json.WriteString("file", file);
        json.WriteNumber("line", row.Line);
        if (row.Extra is { } extra)
        {
            json.WritePropertyName("row");
            json.WriteRawValue(extra);
        }
    });

    /// <summary>The conversation by whose hash the item's prompt is known: its turns before the answer; a text stands for itself.</summary>
    public static string PromptId(ItemDraft draft) =>
        PromptIdentity.PromptId(draft.Kind == ItemKind.Text ? [new Message(Roles.User, draft.AnswerA!)] : draft.Prompt);

    private static string? Source(RowFields row)
    {
        if (!row.Has("source"))
        {
            return null;
        }

        string source = row.Text("source");
        return source.Length <= SourceLength
            ? source
            : throw new RowError(RowErrorCodes.NotSupported, FormattableString.Invariant($"'source' is longer than {SourceLength} characters"));
    }

    private static string Extra(RowFields row, string[] keys) => JsonObject(json =>
    {
        foreach (string key in keys)
        {
            json.WritePropertyName(key);
            row.Get(key).WriteTo(json);
        }
    });

    private static string JsonObject(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Writing))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
