using System.Text;
using System.Text.Json;
using Alignment.Shared.Preferences;

namespace Alignment.Shared.Snapshots;

/// <summary>
/// TRL's layouts of a row: prompt/chosen/rejected, chosen/rejected with the prompt inside both, prompt/completion with or
/// without label, prompt, messages, text; each text a list of turns or plain text. Other columns are passed over.
/// </summary>
internal sealed class RowLayout
{
    /// <summary>The layouts in words.</summary>
    public const string Known = "prompt, chosen, rejected; or chosen, rejected; or prompt, completion (and label); or messages; or text; or prompt";

    private static readonly string[] Refused = ["tools", "image", "images", "chat_template_kwargs"];
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };
    private readonly bool _prompt;
    private readonly bool _label;

    private RowLayout(SnapshotKind kind, bool prompt, bool label, bool completion) =>
        (Kind, _prompt, _label, HasCompletion) = (kind, prompt, label, completion);

    /// <summary>What the rows are. Prompt with completion but without label counts as a demonstration.</summary>
    public SnapshotKind Kind { get; }

    private bool HasCompletion { get; }

    /// <summary>The layout of the first row.</summary>
    public static RowLayout Of(ReadOnlySpan<byte> line, string where)
    {
        using JsonDocument document = Parse(line, where);
        JsonElement row = document.RootElement;
        bool prompt = Has(row, "prompt");
        return Has(row, "chosen") && Has(row, "rejected") ? new(SnapshotKind.Preference, prompt, label: false, completion: false)
            : prompt && Has(row, "completion") ? new(Has(row, "label") ? SnapshotKind.Unpaired : SnapshotKind.Demonstration, prompt, Has(row, "label"), completion: true)
            : Has(row, "messages") ? new(SnapshotKind.Demonstration, prompt: false, label: false, completion: false)
            : Has(row, "text") ? new(SnapshotKind.Text, prompt: false, label: false, completion: false)
            : prompt ? new(SnapshotKind.Prompt, prompt, label: false, completion: false)
            : throw new UserError($"{where}: the row has the columns {string.Join(", ", row.EnumerateObject().Select(column => column.Name))}; needed are {Known}");
    }

    /// <summary>Reads a row.</summary>
    public TrainingRow Read(ReadOnlySpan<byte> line, int number, string where)
    {
        using JsonDocument document = Parse(line, where);
        JsonElement row = document.RootElement;
        foreach (string column in Refused.Where(column => Has(row, column)))
        {
            throw new UserError($"{where}: column {column} is not supported; remove it");
        }

        string id = row.TryGetProperty("id", out JsonElement given) && given.ValueKind == JsonValueKind.String
            ? PassageJson.Text(given, where, "id")
            : FormattableString.Invariant($"{number}");
        return Kind switch
        {
            SnapshotKind.Preference => Pair(row, id, number, where),
            SnapshotKind.Text => new TextTrainingRow(id, number, PassageJson.Text(Column(row, "text", where), where, "text")),
            SnapshotKind.Prompt => new PromptTrainingRow(id, number, PassageJson.Read(Column(row, "prompt", where), where, "prompt")),
            SnapshotKind.Demonstration when !HasCompletion => new ConversationTrainingRow(id, number, PassageJson.Turns(Column(row, "messages", where), where, "messages")),
            _ => Completion(row, id, number, where),
        };
    }

    private PairTrainingRow Pair(JsonElement row, string id, int number, string where)
    {
        Passage chosen = PassageJson.Read(Column(row, "chosen", where), where, "chosen");
        Passage rejected = PassageJson.Read(Column(row, "rejected", where), where, "rejected");
        double? margin = row.TryGetProperty("margin", out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
        if (_prompt)
        {
            Passage prompt = PassageJson.Read(Column(row, "prompt", where), where, "prompt");
            RequireSame(where, prompt, chosen, rejected);
            return new(id, number, prompt, chosen, rejected, margin);
        }

        if (Has(row, "prompt"))
        {
            throw new UserError($"{where}: the row has a prompt, the first row has none; all rows need the same columns");
        }

        RequireSame(where, chosen, rejected);
        (Passage begin, Passage better, Passage worse) = ImplicitPrompt.Split(chosen, rejected, where);
        return new(id, number, begin, better, worse, margin);
    }

    private CompletionTrainingRow Completion(JsonElement row, string id, int number, string where)
    {
        Passage prompt = PassageJson.Read(Column(row, "prompt", where), where, "prompt");
        Passage completion = PassageJson.Read(Column(row, "completion", where), where, "completion");
        RequireSame(where, prompt, completion);
        if (!_label)
        {
            return new(id, number, prompt, completion);
        }

        JsonElement label = Column(row, "label", where);
        return label.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? new(id, number, prompt, completion, label.GetBoolean())
            : throw new UserError($"{where}: label is {label.GetRawText()}; allowed are true and false");
    }

    private static void RequireSame(string where, params ReadOnlySpan<Passage> passages)
    {
        foreach (Passage passage in passages)
        {
            if (passage.IsConversation != passages[0].IsConversation)
            {
                throw new UserError($"{where}: the row mixes plain text and lists of turns; write all of its texts in one of the two ways");
            }
        }
    }

    private static JsonElement Column(JsonElement row, string name, string where) =>
        Has(row, name) ? row.GetProperty(name) : throw new UserError($"{where}: column {name} is missing; all rows need the columns of the first one");

    private static bool Has(JsonElement row, string name) => row.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    private static JsonDocument Parse(ReadOnlySpan<byte> line, string where)
    {
        try
        {
            var document = JsonDocument.Parse(line.ToArray(), Options);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document : throw new UserError($"{where}: the line is no JSON object");
        }
        catch (Exception e) when (e is JsonException or DecoderFallbackException)
        {
            throw new UserError($"{where}: the line is no JSON object: {e.Message}", inner: e);
        }
    }
}

/// <summary>Texts of a row as JSON: a string, or a list of turns with role and content.</summary>
internal static class PassageJson
{
    public static Passage Read(JsonElement value, string where, string column) =>
        value.ValueKind == JsonValueKind.Array ? Passage.Of(Turns(value, where, column)) : Passage.Of(Text(value, where, column));

    public static string Text(JsonElement value, string where, string what)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw new UserError($"{where}: {what} is {value.ValueKind switch { JsonValueKind.Array => "a list", JsonValueKind.Object => "an object", _ => value.GetRawText() }}; it must be a text");
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new UserError($"{where}: {what} is no valid Unicode; remove the lone surrogate or the invalid bytes", inner: e);
        }
    }

    public static IReadOnlyList<Message> Turns(JsonElement value, string where, string column)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            throw new UserError($"{where}: {column} must be a list of turns with role and content");
        }

        return [.. value.EnumerateArray().Select(turn => Turn(turn, where, column))];
    }

    private static Message Turn(JsonElement turn, string where, string column)
    {
        if (turn.ValueKind != JsonValueKind.Object || !turn.TryGetProperty("role", out JsonElement role) || !turn.TryGetProperty("content", out JsonElement content))
        {
            throw new UserError($"{where}: a turn of {column} has no role or no content");
        }

        foreach (JsonProperty other in turn.EnumerateObject())
        {
            if (other.Name is not ("role" or "content") && other.Value.ValueKind != JsonValueKind.Null)
            {
                throw new UserError($"{where}: a turn of {column} has '{other.Name}'; only role and content are supported: remove it");
            }
        }

        return new(Text(role, where, $"{column}: role"), Text(content, where, $"{column}: content"));
    }
}

/// <summary>
/// The prompt of a pair that has none of its own, as TRL's extract_prompt finds it: what both sides begin with, at most all but
/// the last turn or letter of the shorter one; of plain text a space before the first difference belongs to the answers.
/// </summary>
internal static class ImplicitPrompt
{
    public static (Passage Prompt, Passage Chosen, Passage Rejected) Split(Passage chosen, Passage rejected, string where)
    {
        if (chosen.IsConversation)
        {
            int turns = Common(chosen.Messages, rejected.Messages);
            return turns == 0 ? throw NoPrompt(where) : (
                Passage.Of([.. chosen.Messages.Take(turns)]),
                Passage.Of([.. chosen.Messages.Skip(turns)]),
                Passage.Of([.. rejected.Messages.Skip(turns)]));
        }

        // Letters are code points, so that no pair of surrogates is torn apart.
        Rune[] a = [.. chosen.Text.EnumerateRunes()], b = [.. rejected.Text.EnumerateRunes()];
        int common = Common(a, b);
        bool differs = common < Math.Min(a.Length, b.Length) && a[common] != b[common];
        if (differs && common > 0 && a[common - 1] == new Rune(' '))
        {
            common--;
        }

        return common == 0 ? throw NoPrompt(where) : (Text(a[..common]), Text(a[common..]), Text(b[common..]));
    }

    private static int Common<T>(IReadOnlyList<T> a, IReadOnlyList<T> b)
        where T : IEquatable<T>
    {
        int shorter = Math.Min(a.Count, b.Count), same = 0;
        while (same < shorter - 1 && a[same].Equals(b[same]))
        {
            same++;
        }

        return same;
    }

    private static Passage Text(Rune[] letters)
    {
        var text = new StringBuilder();
        foreach (Rune letter in letters)
        {
            text.Append(letter);
        }

        return Passage.Of(text.ToString());
    }

    private static UserError NoPrompt(string where) =>
        new($"{where}: chosen and rejected have no common beginning that could be the prompt; add a column prompt");
}
