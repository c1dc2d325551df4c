using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Alignment.Pipeline.Runs.Worker;

namespace Alignment.Pipeline.Runs.Devices;

/// <summary>What <c>align doctor</c> found, asked once: this process never loads libtorch itself.</summary>
internal sealed class DeviceProbe(AlignQuery align, TimeProvider clock)
{
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>What was found; null where nobody looked yet.</summary>
    public DeviceReport? Known { get; private set; }

    /// <summary>What is found now, or was before.</summary>
    public async Task<DeviceReport> LookAsync(bool again, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return again || Known is null ? Known = await AskAsync(cancellationToken) : Known;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<DeviceReport> AskAsync(CancellationToken cancellationToken)
    {
        JsonNode doctor = await align.AskAsync(["doctor", "--json"], cancellationToken);
        long memory = doctor["memory_bytes"]!.GetValue<long>();
        JsonArray devices = doctor["devices"]!.AsArray();
        long?[] cards = devices.Count > 1 ? await CardsAsync(cancellationToken) : [];
        return new(
            [.. devices.Select(device => Device(device!, memory, cards))],
            doctor["cores"]!.GetValue<int>(),
            memory,
            doctor["malloc"]!.GetValue<string>(),
            doctor["libtorch_version"]!.GetValue<string>(),
            clock.GetUtcNow().UtcDateTime);
    }

    private static TrainingDevice Device(JsonNode device, long memory, long?[] cards)
    {
        string name = device["name"]!.GetValue<string>();
        int card = name.Split(':') is [_, string number] ? int.Parse(number, CultureInfo.InvariantCulture) : -1;
        return new(name, device["matmul_gflops"]!.GetValue<double>(), card < 0 ? memory : cards.ElementAtOrDefault(card), device["problem"]?.GetValue<string>());
    }

    // The driver's tool tells what libtorch's API does not; without it the memory of the cards is unknown.
    private static async Task<long?[]> CardsAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("nvidia-smi", ["--query-gpu=memory.total", "--format=csv,noheader,nounits"]) { RedirectStandardOutput = true };
        try
        {
            using Process process = Process.Start(start)!;
            string output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => long.TryParse(line.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long mebibytes) ? mebibytes << 20 : (long?)null)];
        }
        catch (Win32Exception)
        {
            return [];
        }
    }
}
