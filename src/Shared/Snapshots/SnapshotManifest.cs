using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Alignment.Shared.Snapshots;

/// <summary>The content of a snapshot's manifest.json.</summary>
/// <param name="Format">The version of the folder's form; this code reads and writes <see cref="CurrentFormat"/>.</param>
/// <param name="Id">The snapshot's id: its folder's name.</param>
/// <param name="Kind">What the rows are.</param>
/// <param name="Created">When it was made (UTC).</param>
/// <param name="Provenance">Where the rows came from.</param>
/// <param name="Split">How rows were divided into train and test.</param>
/// <param name="Aggregation">The settings that made rows of judgments, by name.</param>
/// <param name="LeftOut">How many items were left out, by reason.</param>
/// <param name="Files">Every other file of the folder.</param>
public sealed record SnapshotManifest(
    int Format,
    string Id,
    SnapshotKind Kind,
    DateTimeOffset Created,
    SnapshotProvenance Provenance,
    SnapshotSplitRule Split,
    JsonObject Aggregation,
    IReadOnlyDictionary<string, int> LeftOut,
    IReadOnlyList<SnapshotFile> Files)
{
    /// <summary>The version that this code writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The manifest's file name.</summary>
    public const string FileName = "manifest.json";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        WriteIndented = true,
        NewLine = "\n",
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>The rows of a split.</summary>
    public int Rows(SnapshotSplit split) => File(split).Rows;

    /// <summary>The entry of a split's file.</summary>
    public SnapshotFile File(SnapshotSplit split) => Files.First(file => file.Name == split.FileName());

    /// <summary>The manifest as indented JSON with a line feed at the end.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options) + "\n";

    /// <summary>Reads a manifest.</summary>
    /// <param name="json">The content.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="UserError">An unknown format version, kind or key, a missing key, or no JSON.</exception>
    public static SnapshotManifest Parse(string json, string path)
    {
        try
        {
            JsonNode? root = JsonNode.Parse(json);
            RequireKnown(root, path);
            SnapshotManifest manifest = root.Deserialize<SnapshotManifest>(Options)!;
            foreach (SnapshotSplit split in Enum.GetValues<SnapshotSplit>())
            {
                if (manifest.Files.Count(file => file.Name == split.FileName()) != 1)
                {
                    throw new UserError($"{path}: files must name {split.FileName()} once; take the snapshot again from where it came from");
                }
            }

            return manifest;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new UserError($"{path}: no snapshot manifest: {e.Message} Take the snapshot again from where it came from.", inner: e);
        }
    }

    private static void RequireKnown(JsonNode? root, string path)
    {
        if (root is not JsonObject manifest)
        {
            throw new UserError($"{path}: no snapshot manifest: its content is no JSON object");
        }

        string format = manifest["format"]?.ToJsonString() ?? "missing";
        if (format != FormattableString.Invariant($"{CurrentFormat}"))
        {
            throw new UserError(FormattableString.Invariant(
                $"{path}: format is {format}, this version reads {CurrentFormat}: update the program, or freeze the dataset again"));
        }

        if (manifest["kind"] is not JsonValue kind || !kind.TryGetValue(out string? name) || SnapshotKinds.Find(name) is null)
        {
            throw new UserError($"{path}: kind is {manifest["kind"]?.ToJsonString() ?? "missing"}, known are {SnapshotKinds.All}: update the program, or freeze the dataset again");
        }
    }
}

/// <summary>Where a snapshot's rows came from.</summary>
/// <param name="Project">The project; empty when there is none.</param>
/// <param name="Source">The source: a file, an import, the labels of a project.</param>
public sealed record SnapshotProvenance(string Project, string Source);

/// <summary>How rows were divided.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="TestShare">The share of prompts that goes to test, 0 to 1.</param>
public sealed record SnapshotSplitRule(string Rule, double TestShare)
{
    /// <summary>Contracts, section 4: by the hash of the first user turn.</summary>
    public const string FirstUserTurn = "first-user-turn-sha256";
}

/// <summary>One file of a snapshot.</summary>
/// <param name="Name">Its name in the folder.</param>
/// <param name="Rows">Its lines.</param>
/// <param name="Bytes">Its length in bytes.</param>
/// <param name="Sha256">The hash of its bytes, 64 lower-case hexadecimal digits.</param>
public sealed record SnapshotFile(string Name, int Rows, long Bytes, string Sha256);
