using System.Text.Json.Nodes;

using Alignment.Checkpoints;
using Alignment.Shared;

using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Tests.Checkpoints;

public sealed class HuggingFaceFolderTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("folder-");
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _root.Delete(recursive: true);
    }

    private string Folder => Path.Combine(_root.FullName, "model");

    [Fact]
    public void Write_CompleteModel_IsReadBackWithItsSettings()
    {
        string tokenizer = Path.Combine(_root.FullName, "tokenizer.json");
        File.WriteAllText(tokenizer, "{}");
        var config = new JsonObject { ["model_type"] = "llama", ["torch_dtype"] = "float32", ["rms_norm_eps"] = 1e-5 };
        var generation = new JsonObject { ["eos_token_id"] = new JsonArray(2, 7) };
        HuggingFaceFolder.Write(Folder, config, Weights(), ScalarType.BFloat16, generation, [tokenizer]);

        using HuggingFaceFolder read = HuggingFaceFolder.Open(Folder);
        Assert.Equal("bfloat16", read.Config["torch_dtype"]!.GetValue<string>());
        Assert.False(read.Config.ContainsKey("dtype"));
        Assert.Equal("float32", config["torch_dtype"]!.GetValue<string>());
        Assert.Equal("[2,7]", read.GenerationConfig!["eos_token_id"]!.ToJsonString());
        Assert.Equal("BF16", read.Weights.Info("b").Format);
        Assert.Equal([0, 1, 2, 3], read.Weights.Read("b", ScalarType.Float32, CPU).data<float>().ToArray());
        Assert.True(File.Exists(Path.Combine(Folder, "tokenizer.json")));
        Assert.Equal(2, Directory.GetFileSystemEntries(_root.FullName).Length);
    }

    [Fact]
    public void Open_LinksInsteadOfFiles_ReadsTheirTargets()
    {
        HuggingFaceFolder.Write(Folder, new JsonObject { ["model_type"] = "llama" }, Weights(), ScalarType.Float32);
        string cache = Path.Combine(_root.FullName, "snapshot");
        Directory.CreateDirectory(cache);
        foreach (string file in Directory.GetFiles(Folder))
        {
            File.CreateSymbolicLink(Path.Combine(cache, Path.GetFileName(file)), Path.GetRelativePath(cache, file));
        }

        using HuggingFaceFolder read = HuggingFaceFolder.Open(cache);
        Assert.Equal([0, 1, 2, 3], read.Weights.Read("b", ScalarType.Float32, CPU).data<float>().ToArray());
    }

    [Fact]
    public void Write_AboveTheShardSize_SplitsWithAnIndex()
    {
        HuggingFaceFolder.Write(Folder, [], Weights(), ScalarType.Float32, shardBytes: 20);

        JsonObject index = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "model.safetensors.index.json")))!.AsObject();
        Assert.Equal(36, index["metadata"]!["total_size"]!.GetValue<long>());
        Assert.Equal("""{"a":"model-00001-of-00002.safetensors","b":"model-00001-of-00002.safetensors","c":"model-00002-of-00002.safetensors"}""", index["weight_map"]!.ToJsonString());
        using HuggingFaceFolder read = HuggingFaceFolder.Open(Folder);
        Assert.Equal(["a", "b", "c"], read.Weights.Names);
        Assert.Equal([9, 9, 9, 9], read.Weights.Read("c", ScalarType.Float32, CPU).data<float>().ToArray());
    }

    [Fact]
    public void Write_ToAnExistingFolder_IsRefusedOrReplacesItWhole()
    {
        HuggingFaceFolder.Write(Folder, [], Weights(), ScalarType.Float32, copies: [TextFile("old.txt")]);
        Assert.Contains("exists", Assert.Throws<UserError>(() => HuggingFaceFolder.Write(Folder, [], Weights(), ScalarType.Float32)).Message, StringComparison.Ordinal);
        HuggingFaceFolder.Write(Folder, [], Weights(), ScalarType.Float32, replace: true);
        Assert.False(File.Exists(Path.Combine(Folder, "old.txt")));
        Assert.Equal([Folder], Directory.GetDirectories(_root.FullName));
    }

    [Fact]
    public void Write_ThatFailsHalfway_LeavesNothing()
    {
        Assert.Throws<UserError>(() => HuggingFaceFolder.Write(Folder, [], Weights(), ScalarType.Float32, copies: [Path.Combine(_root.FullName, "absent.json")]));
        Assert.Empty(Directory.GetFileSystemEntries(_root.FullName));
    }

    [Fact]
    public void ModelHash_OfAFolder_FollowsWeightsAndConfigOnly()
    {
        HuggingFaceFolder.Write(Folder, [], Weights(), ScalarType.Float32);
        string hash = ModelHash.Of(Folder);
        File.WriteAllText(Path.Combine(Folder, "README.md"), "other");
        Assert.Equal(hash, ModelHash.Of(Folder));
        File.AppendAllText(Path.Combine(Folder, "config.json"), " ");
        string other = ModelHash.Of(Folder);
        Assert.NotEqual(hash, other);
        (string, Tensor)[] weights = Weights();
        weights[0].Item2.fill_(3);
        HuggingFaceFolder.Write(Folder, [], weights, ScalarType.Float32, replace: true);
        Assert.NotEqual(hash, ModelHash.Of(Folder));
        Assert.Equal(64, hash.Length);
    }

    [Fact]
    public void ModelHash_OfShards_CoversEachOfThem()
    {
        HuggingFaceFolder.Write(Folder, [], Weights(), ScalarType.Float32, shardBytes: 20);
        string hash = ModelHash.Of(Folder);
        (string, Tensor)[] weights = Weights();
        weights[2].Item2.fill_(3);
        HuggingFaceFolder.Write(Folder, [], weights, ScalarType.Float32, shardBytes: 20, replace: true);
        Assert.NotEqual(hash, ModelHash.Of(Folder));
    }

    private static (string, Tensor)[] Weights() =>
    [
        ("a", ones(1, device: CPU)), ("b", arange(4, dtype: ScalarType.Float32, device: CPU)), ("c", full(4, 9f, device: CPU)),
    ];

    private string TextFile(string name)
    {
        string path = Path.Combine(_root.FullName, name);
        File.WriteAllText(path, "text");
        return path;
    }
}
