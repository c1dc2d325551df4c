using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using Alignment.Pipeline.Storage.Sqlite;
using Alignment.Shared;

namespace Alignment.Pipeline.Cli;

/// <summary>
/// Parses and runs one verb. All errors end here: what the user can mend is a message and its exit code, a fault is one
/// line that says where the details are. Ctrl-C and SIGTERM cancel the verb; the second one ends the process.
/// </summary>
public static class CommandLine
{
    /// <summary>Runs the verb that the arguments name.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken cancellationToken = default)
    {
        var dataDir = new Option<string?>("--data-dir") { Description = $"Data folder (default: {DataFolder.Variable}, else .data).", Recursive = true, HelpName = "DIR" };
        ParseResult parsed = Root(dataDir, terminal).Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpWithExamples)
        {
            return Usage(parsed, terminal);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop));
        var configuration = new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(configuration, stop.Token);
        }
        catch (UserError e)
        {
            terminal.Fail(e.Message);
            return e.ExitCode;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            terminal.Fail("stopped; what was done so far is kept, and the same command goes on");
            return ExitCodes.Failed;
        }
        catch (Exception e)
        {
            return Report(e, DataFolder.Resolve(parsed.GetValue(dataDir)), terminal);
        }
    }

    private static int Report(Exception fault, DataFolder folder, Terminal terminal)
    {
        terminal.Fail(SqliteErrors.Of(fault, folder)?.Message ?? $"unexpected {fault.GetType().Name}; {FaultLog.Write(fault, folder)}");
        return ExitCodes.Failed;
    }

    // A plain command, because a root command is always called like its executable file.
    private static Command Root(Option<string?> dataDir, Terminal terminal)
    {
        var session = new Session(dataDir, terminal);
        var root = new Command("pipeline", "Preference data in, datasets out (database; no tensors).")
        {
            new HelpOption(),
            new VersionOption(),
            ImportCommand.Create(session),
            FreezeCommand.Create(session),
            ProjectsCommand.Create(session),
            ItemsCommand.Create(session),
            DatasetsCommand.Create(session),
            DemoCorpusCommand.Create(terminal),
            ScoreAnswersCommand.Create(terminal),
        };
        root.Options.Add(dataDir);
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        }

        return root;
    }

    private static int Usage(ParseResult parsed, Terminal terminal)
    {
        foreach (ParseError error in parsed.Errors)
        {
            terminal.Fail(error.Message);
        }

        var names = new Stack<string>();
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult command; result = result.Parent)
        {
            names.Push(command.Command.Name);
        }

        terminal.Note($"'{string.Join(' ', names)} --help' shows the usage and examples.");
        return ExitCodes.Usage;
    }

    private static void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        if (!stop.IsCancellationRequested)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }
}
