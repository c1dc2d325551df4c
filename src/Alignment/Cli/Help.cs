using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Alignment.Cli;

/// <summary>
/// <c>--help</c> and <c>--version</c>. The first paragraph of a command's description is its summary, which lists show; what
/// follows it (examples) is printed below the command's own help.
/// </summary>
internal static class Help
{
    private const string Break = "\n\n";

    /// <summary>Adds both options and takes the examples out of the descriptions.</summary>
    public static void AddTo(Command root)
    {
        var examples = new Dictionary<Command, string>();
        Collect(root, examples);
        var help = new HelpOption();
        help.Action = new HelpWithExamples((HelpAction)help.Action!, examples);
        root.Options.Add(help);
        root.Options.Add(new VersionOption());
    }

    private static void Collect(Command command, Dictionary<Command, string> examples)
    {
        if (command.Description?.Split(Break, 2) is [string summary, string rest])
        {
            command.Description = summary;
            examples[command] = rest;
        }

        foreach (Command verb in command.Subcommands)
        {
            Collect(verb, examples);
        }
    }

    private sealed class HelpWithExamples(HelpAction help, Dictionary<Command, string> examples) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int result = help.Invoke(parseResult);
            if (examples.TryGetValue(parseResult.CommandResult.Command, out string? rest))
            {
                parseResult.InvocationConfiguration.Output.WriteLine(rest);
            }

            return result;
        }
    }
}
