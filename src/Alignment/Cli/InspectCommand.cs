using System.CommandLine;

using Alignment.Checkpoints;

namespace Alignment.Cli;

/// <summary><c>align inspect MODEL</c>: what a model folder or GGUF file holds, without running it.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = "A Hugging Face folder or a GGUF file." };
        Option<bool> json = Output.JsonOption();
        var command = new Command("inspect", "Shows a model's parameters, bytes per dtype and KV bytes per token.\n\nExample: align inspect data/models/demo --json") { model, json };
        command.SetAction(parsed =>
        {
            using ICheckpoint checkpoint = CheckpointSource.Open(parsed.GetRequiredValue(model));
            Output.Line($"{checkpoint.Names.Count} tensors");
        });
        return command;
    }
}
