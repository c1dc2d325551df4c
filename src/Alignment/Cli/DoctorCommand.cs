using System.CommandLine;
using System.Globalization;

using Alignment.Evaluation;
using Alignment.Shared;

namespace Alignment.Cli;

/// <summary><c>align doctor</c>: which libtorch is in use, and whether each device can train.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        Option<bool> json = Output.JsonOption();
        var command = new Command(
            "doctor",
            "Shows libtorch's version and folder, devices, memory and missing symbols, and runs a product and a training step on each device. Exit code 1: something does not work.\n\n"
            + "Examples:\n  align doctor\n  align doctor --json") { json };
        command.SetAction(parsed =>
        {
            Doctor found = Doctor.Examine();
            if (parsed.GetValue(json))
            {
                Output.Json(found);
            }
            else
            {
                Print(found);
            }

            return found.Healthy ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }

    private static void Print(Doctor found)
    {
        Output.Table(["", ""],
        [
            ["libtorch", found.LibtorchVersion],
            ["folder", found.LibtorchFolder ?? "found by TorchSharp itself"],
            ["libLibTorchSharp.so", found.WeakenedCopy ? "a copy with one weakened version need (docs/decisions/weakened-libtorchsharp.md)" : "the package's file"],
            ["missing symbols", found.MissingSymbols.Count == 0 ? "none" : string.Join(", ", found.MissingSymbols.Take(8)) + (found.MissingSymbols.Count > 8 ? " …" : "")],
            ["platform", found.Platform],
            ["cores", string.Create(CultureInfo.InvariantCulture, $"{found.Cores} ({found.Threads} threads in use)")],
            ["memory", string.Create(CultureInfo.InvariantCulture, $"{found.MemoryBytes / 1e9:0.0} GB")],
            ["malloc", found.Malloc],
        ]);
        Output.Table(["device", "product", "training step", "first loss", "state"], [.. found.Devices.Select(device => new[]
        {
            device.Name,
            string.Create(CultureInfo.InvariantCulture, $"{device.MatmulGflops:0} GFLOP/s"),
            string.Create(CultureInfo.InvariantCulture, $"{device.StepMilliseconds:0} ms"),
            string.Create(CultureInfo.InvariantCulture, $"{device.Loss:0.000000}"),
            device.Problem ?? "works",
        })]);
    }
}
