using System.Text.Json;
using System.Text.Json.Nodes;

using Alignment.Shared;

namespace Alignment.Models.Families;

/// <summary>Typed access to config.json: every error names the key. A key that is null counts as absent.</summary>
public sealed class ConfigReader(JsonObject json)
{
    /// <summary>The parsed file; read anew, so that numbers made in code (GGUF) convert as those of a file do.</summary>
    public JsonObject Json { get; } = JsonNode.Parse(json.ToJsonString())!.AsObject();

    /// <summary>Text, or null when absent.</summary>
    public string? Text(string key) => Json[key] is { } node
        ? node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : throw Wrong(key, "a text")
        : null;

    /// <summary>A positive whole number that must be there.</summary>
    public int Count(string key) => Count(key, null) ?? throw new UserError($"config.json: {key} is missing, and no default may be guessed");

    /// <summary>A positive whole number, or the default.</summary>
    public int? Count(string key, int? absent)
    {
        if (Json[key] is not { } node)
        {
            return absent;
        }

        return node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out int number) && number > 0
            ? number : throw Wrong(key, "a whole number above 0");
    }

    /// <summary>A number, or the default.</summary>
    public double Number(string key, double absent) => Json[key] is { } node
        ? node.GetValueKind() == JsonValueKind.Number ? node.GetValue<double>() : throw Wrong(key, "a number")
        : absent;

    /// <summary>true or false, or the default.</summary>
    public bool Flag(string key, bool absent) => Json[key] is { } node
        ? node.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? node.GetValue<bool>() : throw Wrong(key, "true or false")
        : absent;

    /// <summary>One id, a list of ids, or none.</summary>
    public IReadOnlyList<int> Ids(string key) => Json[key] switch
    {
        null => [],
        JsonArray several when several.All(IsId) => [.. several.Select(id => id!.GetValue<int>())],
        JsonValue one when IsId(one) => [one.GetValue<int>()],
        _ => throw Wrong(key, "a token id or a list of them"),
    };

    private static bool IsId(JsonNode? node) => node is JsonValue value && value.TryGetValue(out int id) && id >= 0;

    /// <summary>Refuses a key that is set to anything but the value that is built.</summary>
    public void Refuse(bool asked, string key, string why)
    {
        if (asked)
        {
            throw new UserError($"config.json: {key} = {Json[key]?.ToJsonString()} is not supported: {why}");
        }
    }

    /// <summary>The activation of <c>hidden_act</c>.</summary>
    public Activation Activation(string key) => Text(key) switch
    {
        "silu" or "swish" => Models.Activation.Silu,
        "gelu" => Models.Activation.Gelu,
        "gelu_new" or "gelu_pytorch_tanh" => Models.Activation.GeluTanh,
        "relu" => Models.Activation.Relu,
        null => throw new UserError($"config.json: {key} is missing, and no default may be guessed"),
        string other => throw new UserError($"config.json: {key} '{other}' is not supported; supported are silu, gelu, gelu_new, gelu_pytorch_tanh, relu"),
    };

    private UserError Wrong(string key, string wanted) => new($"config.json: {key} = {Json[key]!.ToJsonString()} is not {wanted}");
}
