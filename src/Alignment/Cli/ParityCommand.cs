using System.CommandLine;
using System.Globalization;

using Alignment.Evaluation;
using Alignment.Shared;

namespace Alignment.Cli;

/// <summary><c>align parity MODEL GOLDEN-FOLDER</c>: the largest differences from reference values, and whether they pass.</summary>
internal static class ParityCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = "A Hugging Face folder or a GGUF file." };
        var folder = new Argument<string>("GOLDEN-FOLDER") { Description = "Reference values; tolerances.json stands there or above it." };
        Option<bool> json = Output.JsonOption();
        var command = new Command(
            "parity",
            "Compares a model with reference values of another implementation: logits, hidden states, log-probabilities, gradients, greedy.\n\n"
            + "Example: align parity goldens/families/llama goldens/families/llama") { model, folder, json };
        command.SetAction(parsed =>
        {
            ParityReport report = Parity.Measure(parsed.GetRequiredValue(model), parsed.GetRequiredValue(folder));
            Print(report, parsed.GetValue(json));
            return report.Passed ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }

    private static void Print(ParityReport report, bool json)
    {
        if (json)
        {
            Output.Json(report);
            return;
        }

        // One line for all gradients that pass: the worst.
        IEnumerable<ParityCheck> shown = report.Checks.Where(c => !c.Passed || !IsGradient(c) || c == report.Checks.Where(IsGradient).MaxBy(g => g.Difference));
        Output.Table(["compared", "largest difference", "limit", ""], [.. shown.Select(c => new[]
        {
            c.What, c.Difference.ToString("G3", CultureInfo.InvariantCulture), c.Limit.ToString("G3", CultureInfo.InvariantCulture), c.Passed ? "" : "FAILED",
        })]);
        Output.Line(report.Passed ? "passed" : $"failed: {report.Checks.Count(c => !c.Passed)} of {report.Checks.Count}");
    }

    private static bool IsGradient(ParityCheck check) => check.What.StartsWith(FamilyParity.GradientOf, StringComparison.Ordinal);
}
