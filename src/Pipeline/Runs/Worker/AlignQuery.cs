using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Alignment.Shared;

namespace Alignment.Pipeline.Runs.Worker;

/// <summary>Asks the <c>align</c> command line something that it answers with one JSON value.</summary>
internal sealed class AlignQuery(Lazy<AlignCommand> align)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs a verb and reads its answer, whatever its exit code: <c>doctor</c> answers also where something is wrong.</summary>
    /// <exception cref="UserError">It cannot be started, says nothing or takes too long.</exception>
    public async Task<JsonNode> AskAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = align.Value.Start(arguments);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        using Process process = Begin(start);
        try
        {
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(patience.Token), error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return Parse(await output) ?? throw new UserError($"'align {arguments[0]}' gave no answer: {Last(await error)}", ExitCodes.Failed);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UserError(FormattableString.Invariant($"'align {arguments[0]}' did not answer within {Patience.TotalMinutes} minutes"), ExitCodes.Failed);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static Process Begin(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new UserError($"{start.FileName} cannot be started: {e.Message}; set {AlignCommand.Variable} to the path of Alignment.dll", ExitCodes.Failed, e);
        }
    }

    private static JsonNode? Parse(string output)
    {
        try
        {
            return JsonNode.Parse(output);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static string Last(string error) => error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [.., string last] ? last : "it printed nothing";
}
