using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

using Alignment.Shared;

namespace Alignment.Checkpoints;

/// <summary>JSON files of a model folder.</summary>
internal static class JsonFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a file that holds one JSON object.</summary>
    /// <exception cref="UserError">There is no such file, or it is no JSON object.</exception>
    public static JsonObject ReadObject(string path)
    {
        using FileStream file = WrongFiles.OpenRead(path);
        WrongFiles.Sniff(path, file);
        try
        {
            JsonNode? node = JsonNode.Parse(file, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
            return node as JsonObject ?? throw new UserError($"{path}: must hold a JSON object");
        }
        catch (JsonException e)
        {
            throw new UserError($"{path}: this is not valid JSON ({e.Message})", inner: e);
        }
    }

    /// <summary>Writes a JSON object with an indent of two, as Hugging Face does.</summary>
    public static void Write(string path, JsonObject value) =>
        AtomicFile.Write(path, stream =>
        {
            JsonSerializer.Serialize(stream, value, Indented);
            stream.WriteByte((byte)'\n');
        });
}
