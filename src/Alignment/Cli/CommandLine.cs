using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Runtime.InteropServices;

using Alignment.Shared;

namespace Alignment.Cli;

/// <summary>
/// Parses and runs one verb. All errors end here: what the user can mend is one message and its exit code, a fault is one
/// line that says where the details are. Ctrl-C and SIGTERM cancel the verb's token; the second one ends the process.
/// </summary>
public static class CommandLine
{
    /// <summary>Runs the verb that <paramref name="args"/> name.</summary>
    /// <param name="root">a command with verbs; a description's first paragraph is the summary, the rest (examples) follows its help</param>
    /// <param name="args">without the root's own name</param>
    /// <returns>The exit code (<see cref="ExitCodes"/>), or what the verb's action returned.</returns>
    public static async Task<int> RunAsync(Command root, string[] args)
    {
        Help.AddTo(root);
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            return Usage(parsed);
        }

        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop));
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        try
        {
            return await parsed.InvokeAsync(configuration, stop.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            return Report(e, stop.IsCancellationRequested);
        }
    }

    private static int Usage(ParseResult parsed)
    {
        foreach (ParseError error in parsed.Errors)
        {
            Output.Error(error.Message);
        }

        string verb = string.Join(' ', Path(parsed.CommandResult));
        Console.Error.WriteLine($"'{verb} --help' shows the usage and examples.");
        return ExitCodes.Usage;
    }

    private static IEnumerable<string> Path(SymbolResult? result)
    {
        var names = new Stack<string>();
        for (; result is not null; result = result.Parent)
        {
            if (result is CommandResult command)
            {
                names.Push(command.Command.Name);
            }
        }

        return names;
    }

    private static int Report(Exception error, bool stopped)
    {
        switch (error)
        {
            case AggregateException { InnerExceptions: [Exception inner] }:
                return Report(inner, stopped);
            case UserError mendable:
                Output.Error(mendable.Message);
                return mendable.ExitCode;
            case OperationCanceledException when stopped:
                Output.Error("stopped");
                return ExitCodes.Failed;
            default:
                Output.Error($"unexpected {error.GetType().Name}: {FirstLine(error.Message)} (details: {WriteDetails(error)})");
                return ExitCodes.Failed;
        }
    }

    private static void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        if (stop.IsCancellationRequested)
        {
            return;
        }

        context.Cancel = true;
        Console.Error.WriteLine("stopping (a second signal ends the process at once)");
        stop.Cancel();
    }

    private static string FirstLine(string message) => message.Split('\n', 2)[0].TrimEnd();

    private static string WriteDetails(Exception error)
    {
        string details = string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:O}\n{Environment.CommandLine}\n{error}\n");
        string logs = System.IO.Path.Combine(DataFolder.Current, "logs");
        foreach (string folder in new[] { logs, System.IO.Path.GetTempPath() })
        {
            try
            {
                if (folder == logs && !Directory.Exists(DataFolder.Current))
                {
                    continue;
                }

                Directory.CreateDirectory(folder);
                string file = System.IO.Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"align-{DateTime.UtcNow:yyyyMMdd-HHmmss}-{Environment.ProcessId}.log"));
                File.WriteAllText(file, details);
                return file;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }
        }

        Console.Error.Write(details);
        return "above";
    }
}
