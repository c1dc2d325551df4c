using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Alignment.Pipeline.Cli;

/// <summary>The usual help with examples at its end: the verb's own, of a group one of each verb.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        Command command = parseResult.CommandResult.Command;
        IEnumerable<string> examples = command is Verb verb ? verb.Examples : command.Subcommands.OfType<Verb>().Select(child => child.Examples[0]);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (string example in examples)
        {
            output.WriteLine($"  {example}");
        }

        return code;
    }
}
