using System.Text.Json.Nodes;

using Alignment.Shared;

namespace Alignment.Models.Families;

/// <summary>A model family: its config.json in both ages (transformers 4 and 5).</summary>
public interface IFamily
{
    /// <summary>The <c>model_type</c> that this family reads.</summary>
    string ModelType { get; }

    /// <summary>The architecture with a language model head.</summary>
    string Architecture { get; }

    /// <summary>Reads a config.json.</summary>
    /// <exception cref="UserError">A key is absent, or asks for something that is not supported; named.</exception>
    DecoderConfig Read(ConfigReader config);
}

/// <summary>The families that are built; a new one is one file and one line here.</summary>
public static class ModelFamilies
{
    private static readonly IFamily[] All = [new Llama()];

    /// <summary>Reads a config.json of any family.</summary>
    /// <exception cref="UserError">The family, the architecture or a switch is not supported; named.</exception>
    public static DecoderConfig Read(JsonObject json)
    {
        var config = new ConfigReader(json);
        string known = string.Join(", ", All.Select(f => f.ModelType));
        string type = config.Text("model_type") ?? throw new UserError($"config.json: model_type is missing; one of these is needed: {known}");
        IFamily family = All.FirstOrDefault(f => f.ModelType == type)
            ?? throw new UserError($"config.json: model_type '{type}' is not supported; supported are {known}");
        string? architecture = (json["architectures"] as JsonArray)?.FirstOrDefault()?.GetValue<string>();
        return architecture is null || architecture == family.Architecture
            ? family.Read(config)
            : throw new UserError($"config.json: architecture '{architecture}' is not supported; for model_type '{type}' it is {family.Architecture}");
    }
}
