using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Alignment.Benchmarks.Training;

/// <summary><c>dpo-step</c>: tokens per second, MFU and peak memory of a DPO step, each configuration in a process of its own.</summary>
internal static class DpoStepCommand
{
    private static readonly JsonSerializerOptions Form = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var shared = new Option<string>("--shared") { Description = "Folder with models/ and data/.", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("ALIGNMENT_SHARED") ?? "../shared" };
        var length = new Option<int>("--length") { Description = "Longest prompt plus answer.", DefaultValueFactory = _ => 512 };
        var micro = new Option<int>("--micro-batch") { Description = "Pairs that are computed together.", DefaultValueFactory = _ => 2 };
        var steps = new Option<int>("--steps") { Description = "Steps; the first is not counted. 500 also shows whether memory stays flat.", DefaultValueFactory = _ => 4 };
        var only = new Option<string?>("--only") { Description = "Configurations whose name holds this text, such as 'bf16 lora'." };
        var output = new Option<string?>("--out") { Description = "Write the figures as JSON to this file." };
        var child = new Option<string?>("--case") { Description = "Run one configuration in this process and print its JSON.", Hidden = true };
        var command = new Command("dpo-step", "A DPO step of SmolLM2-135M: 8 pairs, length 512, reference pass included.") { shared, length, micro, steps, only, output, child };
        command.SetAction(parsed =>
        {
            string root = parsed.GetRequiredValue(shared);
            if (parsed.GetValue(child) is string which)
            {
                DpoStepResult result = DpoStepRun.Run(
                    JsonSerializer.Deserialize<DpoStepCase>(which)!, Path.Combine(root, "models", "SmolLM2-135M-Instruct.Q4_1.gguf"),
                    Path.Combine(root, "data", "hh-harmless", "pairs.jsonl.gz"), parsed.GetValue(length), parsed.GetValue(micro), parsed.GetValue(steps));
                Console.WriteLine(JsonSerializer.Serialize(result, Form));
                return;
            }

            var results = new List<DpoStepResult>();
            foreach (DpoStepCase one in Cases().Where(one => parsed.GetValue(only) is not string text || Name(one).Contains(text, StringComparison.Ordinal)))
            {
                DpoStepResult result = InChild(one, root, parsed.GetValue(length), parsed.GetValue(micro), parsed.GetValue(steps));
                results.Add(result);
                Console.WriteLine(Describe(result));
            }

            if (parsed.GetValue(output) is string file)
            {
                File.WriteAllText(file, JsonSerializer.Serialize(results, new JsonSerializerOptions(Form) { WriteIndented = true }) + "\n");
            }
        });
        return command;
    }

    private static IEnumerable<DpoStepCase> Cases() =>
        from precision in new[] { "bf16", "fp32" }
        from lora in new[] { true, false }
        from share in new[] { false, true }
        select new DpoStepCase(precision, lora, share);

    private static string Name(DpoStepCase which) => $"{which.Precision} {(which.Lora ? "lora" : "full")} {(which.SharePrompt ? "shared" : "separate")}";

    private static DpoStepResult InChild(DpoStepCase which, string root, int length, int micro, int steps)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true };
        string[] arguments =
        [
            "-c", ". scripts/launch.sh && prefer_tcmalloc && exec \"$@\"", "dpo-step", // with the malloc that ./align would take
            Environment.ProcessPath!, .. Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? new[] { typeof(DpoStepCommand).Assembly.Location } : [],
            "dpo-step", "--shared", root, "--length", length.ToString(CultureInfo.InvariantCulture),
            "--micro-batch", micro.ToString(CultureInfo.InvariantCulture), "--steps", steps.ToString(CultureInfo.InvariantCulture), "--case", JsonSerializer.Serialize(which),
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? JsonSerializer.Deserialize<DpoStepResult>(text.Trim().Split('\n')[^1], Form)!
            : throw new InvalidOperationException($"{Name(which)} ended with exit code {process.ExitCode}");
    }

    private static string Describe(DpoStepResult result)
    {
        string memory = string.Concat(result.ResidentBytesAtStep.Select(entry => string.Create(CultureInfo.InvariantCulture, $"   resident at step {entry.Key}: {entry.Value / 1e9:0.00} GB")));
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{Name(result.Case),-20} {result.TokensPerSecond,6:0} tokens/s   MFU {result.Mfu:P0} of {result.PeakGflops:0} GFLOP/s   peak {result.PeakMemoryBytes / 1e9:0.00} GB, {result.Malloc} malloc   step {result.StepSeconds:0.00} s + reference {result.ReferenceSeconds:0.00} s   {result.Tokens} tokens");
        return line + memory;
    }
}
