using System.Text.Encodings.Web;
using System.Text.Json;

namespace Alignment.Shared.Runs;

/// <summary>What a run was made with: manifest.json of its folder.</summary>
/// <param name="Trainer">The trainer.</param>
/// <param name="Command">The command line.</param>
/// <param name="Started">When the first attempt started (UTC).</param>
/// <param name="Model">The model that it starts from.</param>
/// <param name="Tokenizer">The hash of tokenizer and chat template.</param>
/// <param name="Data">The rows.</param>
/// <param name="Device">The device, in words.</param>
/// <param name="Threads">Threads of the computation; a resume sets them again.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Versions">Versions of this program, .NET, packages and libtorch, by name.</param>
public sealed record RunManifest(
    string Trainer,
    string Command,
    DateTimeOffset Started,
    HashedSource Model,
    HashedSource Tokenizer,
    HashedSource Data,
    string Device,
    int Threads,
    int Seed,
    IReadOnlyDictionary<string, string> Versions)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>The reference model; null when it is the model before training, or the trainer has none.</summary>
    public HashedSource? Reference { get; init; }

    /// <summary>Writes it: temporary file, flush to disk, rename.</summary>
    public void Write(string path) => AtomicFile.Write(path, JsonSerializer.Serialize(this, Options) + "\n");

    /// <summary>Reads it.</summary>
    /// <exception cref="UserError">It is missing or damaged.</exception>
    public static RunManifest Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<RunManifest>(File.ReadAllText(path), Options) ?? throw new JsonException("null is no manifest.");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new UserError($"{path} is no run manifest: {e.Message} Without it the run can not be resumed; start it anew.", ExitCodes.Failed, e);
        }
    }
}

/// <summary>Something that a run read.</summary>
/// <param name="Path">Where it lay.</param>
/// <param name="Sha256">The hash of its content.</param>
public sealed record HashedSource(string Path, string Sha256);
