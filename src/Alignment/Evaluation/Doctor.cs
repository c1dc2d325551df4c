using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

using Alignment.Data;
using Alignment.Losses;
using Alignment.Models;
using Alignment.Native;
using Alignment.Shared.Runs;
using Alignment.Training;

using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Evaluation;

/// <summary>What one device can do.</summary>
/// <param name="Name">as a run.yaml names it</param>
/// <param name="MatmulGflops">billions of operations per second of a product of two 1024 × 1024 fp32 matrices</param>
/// <param name="StepMilliseconds">time of one DPO step of a tiny model</param>
/// <param name="Loss">its loss: ln 2 where everything works</param>
/// <param name="Problem">why it cannot be used; null when it can</param>
public sealed record DeviceHealth(string Name, double MatmulGflops, double StepMilliseconds, double Loss, string? Problem);

/// <summary>What <c>align doctor</c> prints.</summary>
public sealed record Doctor
{
    /// <summary>libtorch's version.</summary>
    public required string LibtorchVersion { get; init; }

    /// <summary>The folder it was loaded from; null where TorchSharp's own search found it.</summary>
    public required string? LibtorchFolder { get; init; }

    /// <summary>Whether the copy of libLibTorchSharp.so with one weakened version need is in use.</summary>
    public required bool WeakenedCopy { get; init; }

    /// <summary>Symbols that LibTorchSharp expects and this libtorch lacks: calling one ends the process.</summary>
    public required IReadOnlyList<string> MissingSymbols { get; init; }

    /// <summary>Operating system and processor.</summary>
    public required string Platform { get; init; }

    /// <summary>Processors that this process may use.</summary>
    public required int Cores { get; init; }

    /// <summary>Threads that libtorch computes with.</summary>
    public required int Threads { get; init; }

    /// <summary>Memory that the process may use, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Whose malloc gives the native memory.</summary>
    public required string Malloc { get; init; }

    /// <summary>The devices, the CPU first.</summary>
    public required IReadOnlyList<DeviceHealth> Devices { get; init; }

    /// <summary>True when every device works and no symbol is missing.</summary>
    public bool Healthy => MissingSymbols.Count == 0 && Devices.All(device => device.Problem is null);

    /// <summary>Looks at this machine. Call it outside every dispose scope.</summary>
    public static Doctor Examine() => new()
    {
        LibtorchVersion = __version__,
        LibtorchFolder = TorchNative.LibtorchFolder,
        WeakenedCopy = TorchNative.UsedWeakenedCopy,
        MissingSymbols = TorchNative.MissingSymbols(),
        Platform = $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture}",
        Cores = Environment.ProcessorCount,
        Threads = get_num_threads(),
        MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        Malloc = ProcessMemory.Malloc,
        Devices = [.. Names().Select(Examine)],
    };

    private static IEnumerable<string> Names()
    {
        yield return "cpu";
        int cards = TryInitializeDeviceType(DeviceType.CUDA) && cuda.is_available() ? cuda.device_count() : 0;
        for (int card = 0; card < cards; card++)
        {
            yield return FormattableString.Invariant($"cuda:{card}");
        }
    }

    private static DeviceHealth Examine(string name)
    {
        try
        {
            var device = new Device(name);
            (double milliseconds, double loss) = TrainingStep(device);
            string? problem = Math.Abs(loss - Math.Log(2)) < 1e-4 ? null : FormattableString.Invariant($"the first loss is {loss} instead of ln 2");
            return new DeviceHealth(name, MatmulGflops(device), milliseconds, loss, problem);
        }
        catch (Exception e) when (e is ExternalException or InvalidOperationException or NotSupportedException)
        {
            return new DeviceHealth(name, 0, 0, double.NaN, e.Message.Split('\n')[0]);
        }
    }

    private static double MatmulGflops(Device device)
    {
        const int size = 1024;
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor a = ones([size, size], dtype: ScalarType.Float32, device: device);
        a.mm(a)[0, 0].item<float>();
        long started = Stopwatch.GetTimestamp();
        a.mm(a)[0, 0].item<float>(); // the read waits for a GPU to be done
        return 2.0 * size * size * size / Stopwatch.GetElapsedTime(started).TotalSeconds / 1e9;
    }

    private static (double Milliseconds, double Loss) TrainingStep(Device device)
    {
        using var generator = new Generator(1, CPU);
        using var model = new CausalModel(JsonNode.Parse(TinyConfig)!.AsObject(), null, new RandomWeights(generator, 0.1, ScalarType.Float32, device));
        var rows = new PairSet([Pair(1), Pair(2)], padId: 0, sharePrompt: true);
        using var parameters = FlatParameters.Create(model.Weights, ParameterGroup.ByDecay(0));
        using var optimizer = new AdamW(parameters, new AdamWOptions());
        using var policy = new Policy(model, parameters.GradientOf);
        double[] sums;
        using (NewDisposeScope())
        {
            sums = policy.CompletionSums(rows.Collate([0, 1])).cpu().data<double>().ToArray();
        }

        rows.Reference = new ReferenceLogps(sums[..2], sums[2..]);
        var runner = new StepRunner(new DpoObjective(policy, new PairLossPlan(PairLosses.Find(LossNames.Sigmoid), new PairLossOptions(0.1))), parameters, optimizer);
        using var scope = NewDisposeScope();
        long started = Stopwatch.GetTimestamp();
        Tensor packed = runner.Accumulate([rows.Collate([0, 1])], StepContext.Of(rows, [[0, 1]]));
        runner.Apply(packed, 1, 1e-3);
        double loss = packed[0].cpu().item<double>();
        return (Stopwatch.GetElapsedTime(started).TotalMilliseconds, loss);
    }

    private static EncodedPair Pair(int line) =>
        new(line, $"doctor-{line}", new EncodedSequence([3, 4, 5], [6 + line, 7]), new EncodedSequence([3, 4, 5], [9, 10, 11]));

    private const string TinyConfig = """
        {
          "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 32, "intermediate_size": 64,
          "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 64,
          "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "hidden_act": "silu", "tie_word_embeddings": false
        }
        """;
}
