using System.Text.Json.Nodes;

using Alignment.Adapters;
using Alignment.Checkpoints;
using Alignment.Models;
using Alignment.Shared;
using Alignment.Training;

using static TorchSharp.torch;

namespace Alignment.Tests.Adapters;

public sealed class LoraAdaptersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lora-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Attach_NewAdapters_LeaveTheModelUnchangedAndStartAsPeftDoes()
    {
        using var scope = NewDisposeScope();
        using CausalModel model = SmallModel.Create();
        double[] before = SmallModel.Logits(model).Doubles();
        using LoraAdapters adapters = LoraAdapters.Attach(model, new LoraConfig { Rank = 4, Alpha = 8 }, seed: 7);
        Assert.Equal(before, SmallModel.Logits(model).Doubles());
        Assert.Equal(14, adapters.Maps.Count());
        Assert.DoesNotContain("lm_head", adapters.Maps.Select(map => map.Key));
        LoraLinear map = adapters.Maps.First().Value;
        double bound = 1 / Math.Sqrt(map.A.Shape[1]);
        double[] a = map.A.Value.Doubles();
        Assert.All(a, value => Assert.InRange(value, -bound, bound));
        Assert.InRange(a.Max(Math.Abs), 0.8 * bound, bound);
        Assert.Equal(2, map.Scaling);
        Assert.Equal("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight", map.A.Name);
    }

    [Fact]
    public void Attach_SameSeed_GivesTheSameBits()
    {
        using var scope = NewDisposeScope();
        double[] First(long seed)
        {
            using CausalModel model = SmallModel.Create();
            using LoraAdapters adapters = LoraAdapters.Attach(model, new LoraConfig(), seed);
            return [.. adapters.Weights.SelectMany(weight => weight.Value.Doubles())];
        }

        Assert.Equal(First(3), First(3));
        Assert.NotEqual(First(3), First(4));
    }

    [Fact]
    public void Enabled_SetToFalse_GivesTheBaseAgain()
    {
        using var scope = NewDisposeScope();
        using CausalModel model = SmallModel.Create();
        double[] before = SmallModel.Logits(model).Doubles();
        using LoraAdapters adapters = SmallModel.Adapted(model, new LoraConfig());
        Assert.NotEqual(before, SmallModel.Logits(model).Doubles());
        adapters.Enabled = false;
        Assert.Equal(before, SmallModel.Logits(model).Doubles());
    }

    [Fact]
    public void Merge_ThenForward_IsTheAdaptedModelAndLeavesPlainMaps()
    {
        using var scope = NewDisposeScope();
        using CausalModel model = SmallModel.Create();
        using LoraAdapters adapters = SmallModel.Adapted(model, new LoraConfig { RankStabilized = true });
        double[] adapted = SmallModel.Logits(model).Doubles();
        adapters.Merge();
        Assert.All(model.Decoder.Linears.Values, slot => Assert.IsType<Linear>(slot.Map));
        Assert.Equal(adapted, SmallModel.Logits(model).Doubles(), (x, y) => Math.Abs(x - y) < 1e-5);
    }

    [Fact]
    public void Training_WithDropout_ChangesTheForwardOnlyWhenOn()
    {
        using var scope = NewDisposeScope();
        using CausalModel model = SmallModel.Create();
        using LoraAdapters adapters = SmallModel.Adapted(model, new LoraConfig { Dropout = 0.5 });
        double[] off = SmallModel.Logits(model).Doubles();
        Assert.Equal(off, SmallModel.Logits(model).Doubles());
        adapters.Training = true;
        manual_seed(1);
        double[] on = SmallModel.Logits(model).Doubles();
        Assert.NotEqual(off, on);
        manual_seed(1);
        Assert.Equal(on, SmallModel.Logits(model).Doubles());
    }

    [Theory]
    [InlineData("q_proj", 2)]
    [InlineData("layers.1.self_attn.q_proj", 1)]
    [InlineData("model.layers.1.self_attn.q_proj", 1)]
    [InlineData("lm_head", 1)]
    public void Attach_EndsOfPaths_NameTheirModules(string target, int count)
    {
        using var scope = NewDisposeScope();
        using CausalModel model = SmallModel.Create();
        using LoraAdapters adapters = LoraAdapters.Attach(model, new LoraConfig { Targets = ModuleTargets.Of(target) }, 1);
        Assert.Equal(count, adapters.Maps.Count());
    }

    [Theory]
    [InlineData("proj")]
    [InlineData("q_pro")]
    [InlineData("embed_tokens")]
    public void Attach_TargetThatIsNoLinearMap_IsNamed(string target)
    {
        using var scope = NewDisposeScope();
        using CausalModel model = SmallModel.Create();
        UserError error = Assert.Throws<UserError>(() => LoraAdapters.Attach(model, new LoraConfig { Targets = ModuleTargets.Of("q_proj", target) }, 1));
        Assert.Contains($"'{target}'", error.Message, StringComparison.Ordinal);
        Assert.IsType<Linear>(model.Decoder.Linears["model.layers.0.self_attn.q_proj"].Map);
    }

    [Fact]
    public void Attach_LayersAndPatterns_NarrowAndScale()
    {
        using var scope = NewDisposeScope();
        using CausalModel model = SmallModel.Create();
        var config = new LoraConfig
        {
            Rank = 4,
            Alpha = 8,
            Layers = [1],
            Exclude = ModuleTargets.Of("gate_proj"),
            RankPattern = [KeyValuePair.Create("q_proj", 2)],
            AlphaPattern = [KeyValuePair.Create("layers.1.self_attn.k_proj", 3.0)],
        };
        using LoraAdapters adapters = LoraAdapters.Attach(model, config, 1);
        Dictionary<string, LoraLinear> maps = adapters.Maps.ToDictionary();
        Assert.Equal(6, maps.Count);
        Assert.All(maps.Keys, path => Assert.Contains("layers.1.", path, StringComparison.Ordinal));
        Assert.Equal((2L, 4.0), (maps["model.layers.1.self_attn.q_proj"].A.Shape[0], maps["model.layers.1.self_attn.q_proj"].Scaling));
        Assert.Equal((4L, 0.75), (maps["model.layers.1.self_attn.k_proj"].A.Shape[0], maps["model.layers.1.self_attn.k_proj"].Scaling));
    }

    [Theory]
    [InlineData(false, 2.0)]
    [InlineData(true, 4.0)]
    public void ScalingOf_RankFourAlphaEight_IsAlphaOverRankOrItsRoot(bool stabilized, double scaling) =>
        Assert.Equal(scaling, new LoraConfig { Rank = 4, Alpha = 8, RankStabilized = stabilized }.ScalingOf("model.layers.0.mlp.up_proj"));

    [Fact]
    public void Attach_Twice_IsRefused()
    {
        using var scope = NewDisposeScope();
        using CausalModel model = SmallModel.Create();
        using LoraAdapters adapters = LoraAdapters.Attach(model, new LoraConfig(), 1);
        Assert.Throws<UserError>(() => LoraAdapters.Attach(model, new LoraConfig(), 1));
    }

    [Fact]
    public void Load_WhatSaveWrote_IsTheSameAdapter()
    {
        using var scope = NewDisposeScope();
        using CausalModel model = SmallModel.Create();
        var config = new LoraConfig { Rank = 3, Alpha = 5, RankStabilized = true, Dropout = 0.1, Exclude = ModuleTargets.Of("up_proj"), RankPattern = [KeyValuePair.Create("v_proj", 2)] };
        double[] expected;
        using (LoraAdapters adapters = SmallModel.Adapted(model, config))
        {
            expected = SmallModel.Logits(model).Doubles();
            PeftFolder.Save(adapters, _folder, "some/base");
        }

        using LoraAdapters again = PeftFolder.Load(model, _folder);
        Assert.Equal(expected, SmallModel.Logits(model).Doubles());
        Assert.Equal("some/base", JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "adapter_config.json")))!["base_model_name_or_path"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("peft_type", "\"IA3\"", "IA3")]
    [InlineData("peft_type", "\"PROMPT_TUNING\"", "PROMPT_TUNING")]
    [InlineData("peft_type", "\"PREFIX_TUNING\"", "PREFIX_TUNING")]
    [InlineData("use_dora", "true", "DoRA")]
    [InlineData("bias", "\"lora_only\"", "lora_only")]
    [InlineData("bias", "\"all\"", "bias 'all'")]
    [InlineData("modules_to_save", "[\"lm_head\"]", "modules_to_save")]
    [InlineData("init_lora_weights", "\"pissa\"", "pissa")]
    [InlineData("loftq_config", "{\"loftq_bits\": 4}", "loftq_config")]
    [InlineData("lora_bias", "true", "lora_bias")]
    [InlineData("r", "\"four\"", "adapter_config.json")]
    [InlineData("r", "0", "rank")]
    [InlineData("target_modules", "\"[\"", "[")]
    [InlineData("target_modules", "[\"q_proj\", \"embed_tokens\"]", "embed_tokens")]
    public void Load_ConfigurationAsksForMore_IsRefusedByName(string key, string value, string named)
    {
        using var scope = NewDisposeScope();
        using CausalModel model = Written();
        string path = Path.Combine(_folder, "adapter_config.json");
        JsonNode json = JsonNode.Parse(File.ReadAllText(path))!;
        json[key] = JsonNode.Parse(value);
        File.WriteAllText(path, json.ToJsonString());
        UserError error = Assert.Throws<UserError>(() => PeftFolder.Load(model, _folder));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.All(model.Decoder.Linears.Values, slot => Assert.IsType<Linear>(slot.Map));
    }

    [Theory]
    [InlineData("lora_A.weight", null, "lora_A.weight' is absent")]
    [InlineData("lora_B.weight", null, "lora_B.weight' is absent")]
    [InlineData("lora_A.weight", "3,16", "instead of [2, 16]")]
    [InlineData("lora_B.weight", "16,3", "instead of [16, 2]")]
    [InlineData("lora_C.weight", "2,16", "lora_C.weight' fits nowhere")]
    [InlineData("base_layer.weight", "16,16", "another base model")]
    public void Load_TensorThatDoesNotFit_IsRefusedByName(string part, string? shape, string named)
    {
        using var scope = NewDisposeScope();
        using CausalModel model = Written();
        string path = Path.Combine(_folder, "adapter_model.safetensors");
        string name = "base_model.model.model.layers.1.self_attn.q_proj." + part;
        List<(string, Tensor)> tensors = [];
        using (SafetensorsFile file = SafetensorsFile.Open(path))
        {
            tensors.AddRange(file.Names.Where(other => other != name).Select(other => (other, file.Read(other).clone())));
        }

        if (shape is not null)
        {
            tensors.Add((name, ones([.. shape.Split(',').Select(long.Parse)], device: CPU)));
        }

        SafetensorsWriter.Write(path, tensors);
        UserError error = Assert.Throws<UserError>(() => PeftFolder.Load(model, _folder));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains("layers.1.self_attn.q_proj", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AdapterOfAnotherModel_IsRefusedByName()
    {
        using var scope = NewDisposeScope();
        using CausalModel written = Written();
        using CausalModel shallow = SmallModel.Create(layers: 1);
        UserError error = Assert.Throws<UserError>(() => PeftFolder.Load(shallow, _folder));
        Assert.Contains("layers.1.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_AdapterOnATiedHead_IsRefused()
    {
        using var scope = NewDisposeScope();
        using CausalModel model = SmallModel.Create(tied: true);
        using LoraAdapters adapters = LoraAdapters.Attach(model, new LoraConfig { Targets = ModuleTargets.Of("lm_head") }, 1);
        Assert.Throws<UserError>(adapters.Merge);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    public void Forward_ThenBackward_IsAutogradsGradientOfThePlainFormula(double dropout)
    {
        using var scope = NewDisposeScope();
        Tensor Leaf(params long[] shape) => randn(shape, dtype: ScalarType.Float64, device: CPU).requires_grad_(true);
        (Tensor x, Tensor a, Tensor b) = (Leaf(2, 3, 5), Leaf(2, 5), Leaf(4, 2));
        var inner = new Linear(new Weight("w", randn([4, 5], dtype: ScalarType.Float64, device: CPU)), new Weight("b", randn([4], dtype: ScalarType.Float64, device: CPU)));
        var map = new LoraLinear(inner, new Weight("a", a), new Weight("b", b), 1.7, dropout, new LoraSwitch { Training = true });
        Tensor gradient = randn([2, 3, 4], dtype: ScalarType.Float64, device: CPU);
        manual_seed(3);
        Tensor output = map.Forward(x);
        output.backward([gradient]);
        double[][] actual = [output.Doubles(), x.grad!.Doubles(), a.grad!.Doubles(), b.grad!.Doubles()];

        (Tensor x2, Tensor a2, Tensor b2) = (x.detach().requires_grad_(true), a.detach().requires_grad_(true), b.detach().requires_grad_(true));
        manual_seed(3);
        Tensor dropped = dropout > 0 ? nn.functional.dropout(x2, dropout, training: true) : x2;
        Tensor plain = inner.Forward(x2) + dropped.matmul(a2.t()).matmul(b2.t()) * 1.7;
        plain.backward([gradient]);
        double[][] expected = [plain.Doubles(), x2.grad!.Doubles(), a2.grad!.Doubles(), b2.grad!.Doubles()];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], (left, right) => Math.Abs(left - right) < 1e-12);
        }
    }

    [Fact]
    public void Backward_ManyTimes_KeepsNoTensor()
    {
        using var scope = NewDisposeScope();
        using CausalModel model = SmallModel.Create();
        using LoraAdapters adapters = SmallModel.Adapted(model, new LoraConfig());
        using FlatParameters flat = FlatParameters.Create(adapters.Weights, ParameterGroup.ByDecay(0));
        long before = 0;
        for (int i = 0; i < 12; i++)
        {
            using (NewDisposeScope())
            {
                using TokenLayout layout = TokenLayout.Plain(1, 4, CPU);
                Tensor hidden = model.Decoder.Forward(ones([1, 4], dtype: ScalarType.Int64, device: CPU), layout);
                hidden.backward([ones_like(hidden)]);
            }

            before = i == 2 ? TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount : before;
            Assert.True(i <= 2 || TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount == before, $"{i}: {TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount} instead of {before}");
        }
    }

    [Fact]
    public void Dispose_AfterUse_KeepsNoTensor()
    {
        using var scope = NewDisposeScope();
        using CausalModel model = SmallModel.Create();
        long before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        LoraAdapters.Attach(model, new LoraConfig(), 1).Dispose();
        Assert.Equal(before, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    /// <summary>A model, and in the folder an adapter of rank 2 on q_proj and v_proj.</summary>
    private CausalModel Written()
    {
        CausalModel model = SmallModel.Create();
        using LoraAdapters adapters = SmallModel.Adapted(model, new LoraConfig { Rank = 2, Targets = ModuleTargets.Of("q_proj", "v_proj") });
        PeftFolder.Save(adapters, _folder, "");
        return model;
    }
}
