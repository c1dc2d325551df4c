using System.CommandLine;

using Alignment.Shared.Runs;

namespace Alignment.Cli;

/// <summary><c>align init TRAINER</c>: prints a run.yaml to start from.</summary>
internal static class InitCommand
{
    public static Command Create()
    {
        var trainer = new Argument<string>("TRAINER") { Description = "sft or dpo." };
        var command = new Command(
            "init", "Prints a run.yaml with every key, its meaning, unit, range and default.\n\nExample: align init dpo > run.yaml") { trainer };
        command.SetAction(parsed => Console.Out.Write(RunSpecYaml.Template(parsed.GetRequiredValue(trainer))));
        return command;
    }
}
