using System.CommandLine;
using System.Globalization;

using Alignment.Evaluation;
using Alignment.Shared;

namespace Alignment.Cli;

/// <summary><c>align inspect MODEL</c>: what a model folder or GGUF file holds, without running it.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = "A name under models/, a run's id, a Hugging Face folder or a GGUF file." };
        Option<bool> json = Output.JsonOption();
        Option<string> data = DataFolder.Option();
        var command = new Command(
            "inspect",
            "Shows a model's parameters, bytes per dtype, KV bytes per token and files.\n\n"
            + "Examples:\n  align inspect smollm2\n  align inspect model.gguf --json") { model, json, data };
        command.SetAction(parsed =>
        {
            var folder = new Shared.DataFolder(parsed.GetRequiredValue(data));
            Inspection inspection = Inspection.Of(ModelSource.Resolve(parsed.GetRequiredValue(model), ".", folder));
            if (parsed.GetValue(json))
            {
                Output.Json(inspection);
            }
            else
            {
                Print(inspection);
            }
        });
        return command;
    }

    private static void Print(Inspection model)
    {
        List<string[]> facts = [["path", model.Path], ["family", model.Family ?? "unknown"], ["parameters", Number(model.Parameters)]];
        if (model.Sizes is ModelSizes sizes)
        {
            facts.AddRange(
            [
                ["vocabulary", Number(sizes.Vocabulary)],
                ["context", $"{Number(sizes.Context)} tokens"],
                ["layers", Number(sizes.Layers)],
                ["hidden size", Number(sizes.Hidden)],
                ["heads", $"{sizes.Heads} query, {sizes.KeyValueHeads} key-value, size {sizes.HeadSize}"],
                ["head tied", sizes.TiedHead ? "yes" : "no"],
                ["KV per token", $"{Number(sizes.KvBytesPerTokenBf16)} bytes in bf16, {Number(2 * sizes.KvBytesPerTokenBf16)} in fp32"],
                ["end of text", string.Join(", ", model.EosIds)],
            ]);
        }

        facts.Add(["sha256", model.Sha256]);
        Output.Table(["", ""], facts);
        Output.Table(["dtype", "tensors", "parameters", "bytes"], [.. model.Formats.Select(share => new[] { share.Format, Number(share.Tensors), Number(share.Parameters), Number(share.Bytes) })]);
        Output.Table(["file", "bytes"], [.. model.Files.Select(file => new[] { file.Name, Number(file.Bytes) })]);
        if (model.Warning is not null)
        {
            Output.Warning(model.Warning);
        }

        if (model.Problem is not null)
        {
            Output.Warning("this model cannot be run here: " + model.Problem);
        }
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
