using System.Text;

using Alignment.Checkpoints;
using Alignment.Goldens;
using Alignment.Shared;

using static TorchSharp.torch;

namespace Alignment.Tests.Checkpoints;

public sealed class GgufTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gguf-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Read_TypeThatIsNotSupported_IsRefusedByName()
    {
        string path = Write([], [("t", 12, [256, 1], new byte[144])]);
        using GgufFile file = GgufFile.Open(path);
        string message = Assert.Throws<UserError>(() => file.Read("t")).Message;
        Assert.Contains("Q4_K", message, StringComparison.Ordinal);
        Assert.Contains("Q8_0", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OtherArchitecture_IsRefusedByName()
    {
        string path = Write([("general.architecture", "palmyra9")], [("token_embd.weight", 0, [2, 2], new byte[16])]);
        Assert.Contains("palmyra9", Assert.Throws<UserError>(() => GgufCheckpoint.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ManyBlocksOnAllCores_EqualsOneByOne()
    {
        const int Blocks = 5000;
        byte[] data = new byte[Blocks * 20];
        new Random(1).NextBytes(data);
        for (int i = 0; i < Blocks; i++)
        {
            BitConverter.TryWriteBytes(data.AsSpan(i * 20), (Half)(0.01 + 0.001 * i));
            BitConverter.TryWriteBytes(data.AsSpan(i * 20 + 2), (Half)(-0.5 * i));
        }

        using var scope = NewDisposeScope();
        using GgufFile file = GgufFile.Open(Write([], [("t", 3, [32, Blocks], data)]));
        float[] values = file.Read("t").data<float>().ToArray();
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> block = data.AsSpan(i / 32 * 20, 20);
            int code = i % 32 < 16 ? block[4 + i % 16] & 15 : block[4 + i % 16] >> 4;
            Assert.Equal((float)BitConverter.ToHalf(block) * code + (float)BitConverter.ToHalf(block[2..]), values[i]);
        }
    }

    [Fact]
    public void Checkpoint_OfLlama_HasNamesRowsAndConfigOfTheFolder()
    {
        float[] rows = [.. Enumerable.Range(0, 8).Select(i => (float)i)];
        byte[] q = [.. rows.SelectMany(BitConverter.GetBytes)];
        string path = Write(
            Llama(),
            [("token_embd.weight", 0, [1, 5], new byte[20]), ("blk.0.attn_q.weight", 0, [1, 8], q), ("blk.0.attn_q.bias", 0, [8], q), ("blk.0.attn_k.weight", 0, [1, 4], q[..16])]);
        using var scope = NewDisposeScope();
        using GgufCheckpoint checkpoint = GgufCheckpoint.Open(path);
        Assert.Equal(["model.embed_tokens.weight", "model.layers.0.self_attn.q_proj.weight", "model.layers.0.self_attn.q_proj.bias", "model.layers.0.self_attn.k_proj.weight"], checkpoint.Names);
        float[] unpermuted = [0, 2, 1, 3, 4, 6, 5, 7];
        Assert.Equal(unpermuted, checkpoint.Read("model.layers.0.self_attn.q_proj.weight", ScalarType.Float32, CPU).data<float>().ToArray());
        Assert.Equal(unpermuted, checkpoint.Read("model.layers.0.self_attn.q_proj.bias", ScalarType.Float32, CPU).data<float>().ToArray());
        Assert.Equal([0, 2, 1, 3], checkpoint.Read("model.layers.0.self_attn.k_proj.weight", ScalarType.Float32, CPU).data<float>().ToArray());
        Assert.Equal((5, 4, true, true), ((int)checkpoint.Config["vocab_size"]!, (int)checkpoint.Config["head_dim"]!, (bool)checkpoint.Config["attention_bias"]!, (bool)checkpoint.Config["tie_word_embeddings"]!));
        Assert.Equal("[1,4]", checkpoint.Config["eos_token_id"]!.ToJsonString());
    }

    [Fact]
    public void Checkpoint_RopeFactorsOfLlama3_BecomeItsScaling()
    {
        double[] factors = [1, 1.0 / ((1 - Smooth(1)) / 8 + Smooth(1)), 8, 8];
        byte[] data = [.. factors.SelectMany(factor => BitConverter.GetBytes((float)factor))];
        using (GgufCheckpoint checkpoint = GgufCheckpoint.Open(Write(Llama(headDim: 8), [("token_embd.weight", 0, [1, 5], new byte[20]), ("rope_freqs.weight", 0, [4], data)])))
        {
            Assert.Equal("llama3", checkpoint.Config["rope_parameters"]!["rope_type"]!.GetValue<string>());
            Assert.Equal(8, checkpoint.Config["rope_scaling"]!["factor"]!.GetValue<double>());
            Assert.Equal(["model.embed_tokens.weight"], checkpoint.Names);
        }

        BitConverter.TryWriteBytes(data, 2f);
        string message = Assert.Throws<UserError>(() => GgufCheckpoint.Open(Write(Llama(headDim: 8), [("token_embd.weight", 0, [1, 5], new byte[20]), ("rope_freqs.weight", 0, [4], data)]))).Message;
        Assert.Contains("rope_freqs.weight", message, StringComparison.Ordinal);

        static double Smooth(int i) => (8192 / (2 * Math.PI * Math.Pow(Theta, 2.0 * i / 8)) - 1) / 3;
    }

    [Fact, Trait("speed", "full")]
    public void Read_TheRealModel_TakesAtMostTwoSecondsOfProcessorTime()
    {
        string path = Path.Combine(GoldenData.Shared, "models", "SmolLM2-135M-Instruct.Q4_1.gguf");
        Assert.SkipUnless(GoldenData.Full && File.Exists(path), "needs the real model");
        double best = Enumerable.Range(0, 3).Min(_ => ProcessorSecondsToRead(path));
        Assert.InRange(best, 0, 2);
    }

    private static double ProcessorSecondsToRead(string path)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        using GgufCheckpoint checkpoint = GgufCheckpoint.Open(path);
        foreach (string name in checkpoint.Names)
        {
            using Tensor tensor = checkpoint.Read(name, ScalarType.BFloat16, CPU);
        }

        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }

    private const float Theta = 1.3e11f;

    private static (string, object)[] Llama(uint headDim = 4) =>
    [
        ("general.architecture", "llama"), ("llama.block_count", 1u), ("llama.context_length", 64u), ("llama.embedding_length", 2 * headDim),
        ("llama.feed_forward_length", 4u), ("llama.attention.head_count", 2u), ("llama.attention.head_count_kv", 1u), ("llama.rope.freq_base", Theta),
        ("llama.attention.layer_norm_rms_epsilon", 1e-5f), ("tokenizer.ggml.eos_token_id", 1u), ("tokenizer.ggml.eot_token_id", 4u),
    ];

    private string Write((string Key, object Value)[] metadata, (string Name, uint Type, ulong[] Sizes, byte[] Data)[] tensors)
    {
        string path = Path.Combine(_folder.FullName, Guid.NewGuid().ToString("N") + ".gguf");
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)tensors.Length);
        writer.Write((ulong)metadata.Length);
        foreach ((string key, object value) in metadata)
        {
            Text(key);
            WriteValue(value);
        }

        ulong offset = 0;
        foreach ((string name, uint type, ulong[] sizes, byte[] data) in tensors)
        {
            Text(name);
            writer.Write(sizes.Length);
            Array.ForEach(sizes, writer.Write);
            writer.Write(type);
            writer.Write(offset);
            offset += ((ulong)data.Length + 31) / 32 * 32;
        }

        foreach ((_, _, _, byte[] data) in tensors)
        {
            writer.Write(new byte[(32 - writer.BaseStream.Position % 32) % 32]);
            writer.Write(data);
        }

        return path;

        void Text(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            writer.Write((ulong)bytes.Length);
            writer.Write(bytes);
        }

        void WriteValue(object value)
        {
            switch (value)
            {
                case string text:
                    writer.Write(8u);
                    Text(text);
                    break;
                case float number:
                    writer.Write(6u);
                    writer.Write(number);
                    break;
                default:
                    writer.Write(4u);
                    writer.Write((uint)value);
                    break;
            }
        }
    }
}
