using System.Text.Json.Nodes;

using Alignment.Models;
using Alignment.Models.Families;
using Alignment.Shared;

using static TorchSharp.torch;

namespace Alignment.Tests.Models;

public sealed class ModelConfigTests
{
    [Theory]
    [InlineData("model_type", "\"palmyra9\"", "palmyra9")]
    [InlineData("model_type", "null", "model_type")]
    [InlineData("architectures", "[\"LlamaForSequenceClassification\"]", "LlamaForSequenceClassification")]
    [InlineData("hidden_size", "null", "hidden_size")]
    [InlineData("hidden_size", "\"wide\"", "wide")]
    [InlineData("num_key_value_heads", "3", "num_key_value_heads")]
    [InlineData("hidden_act", "\"swoosh\"", "swoosh")]
    [InlineData("sliding_window", "4096", "sliding_window")]
    [InlineData("quantization_config", "{\"bits\": 4}", "quantization_config")]
    [InlineData("rope_scaling", "{\"rope_type\": \"spiral\", \"factor\": 2}", "spiral")]
    [InlineData("rope_scaling", "{\"rope_type\": \"longrope\", \"factor\": 2}", "longrope")]
    [InlineData("rope_scaling", "{\"type\": \"linear\"}", "factor")]
    [InlineData("rope_parameters", "{\"rope_type\": \"llama3\", \"factor\": 2.0}", "high_freq_factor")]
    public void Read_WhatIsNotSupported_IsNamed(string key, string value, string named)
    {
        JsonObject config = TinyModel.Config();
        config[key] = JsonNode.Parse(value);

        Assert.Contains(named, Assert.Throws<UserError>(() => ModelFamilies.Read(config)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_HeadSizeMissing_IsTheWidthOverTheHeads()
    {
        JsonObject config = TinyModel.Config();
        config.Remove("head_dim");

        Assert.Equal(8, ModelFamilies.Read(config).HeadSize);
    }

    [Fact]
    public void Frequencies_Dynamic_GrowWithTheLengthOnlyBeyondTheTrainedOne()
    {
        var rope = new RopeConfig { Kind = RopeKind.Dynamic, Factor = 2 };

        Assert.Equal(Rope.Frequencies(rope, 8, 64, 10).Frequencies, Rope.Frequencies(rope, 8, 64, 64).Frequencies);
        Assert.True(Rope.Frequencies(rope, 8, 64, 128).Frequencies[^1] < Rope.Frequencies(rope, 8, 64, 64).Frequencies[^1]);
    }

    [Theory]
    [InlineData("7", "[2, 9]", new[] { 7, 2, 9 })]
    [InlineData("[2, 3]", "3", new[] { 2, 3 })]
    [InlineData("null", "null", new int[0])]
    public void EosIds_OfBothFiles_AreKept(string ofModel, string ofGeneration, int[] expected)
    {
        JsonObject config = TinyModel.Config();
        config["eos_token_id"] = JsonNode.Parse(ofModel);
        using var model = new CausalModel(config, new JsonObject { ["eos_token_id"] = JsonNode.Parse(ofGeneration) }, new MetaWeights(ScalarType.Float32));

        Assert.Equal(expected, model.EosIds);
    }
}
