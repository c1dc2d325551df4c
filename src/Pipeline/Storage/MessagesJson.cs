using System.Text.Encodings.Web;
using System.Text.Json;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Storage;

/// <summary>Conversations as the database holds them: a JSON list of objects with role and content.</summary>
internal static class MessagesJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(IReadOnlyList<Message> turns) => JsonSerializer.Serialize(turns, Options);

    public static IReadOnlyList<Message> Read(string json) => JsonSerializer.Deserialize<List<Message>>(json, Options)!;
}
