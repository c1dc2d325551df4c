using System.CommandLine;
using System.Globalization;
using System.Runtime.ExceptionServices;

using Alignment.Shared;
using Alignment.Shared.Runs;
using Alignment.Training;

namespace Alignment.Cli;

/// <summary><c>align train run.yaml</c>: one training run in this process.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("RUN_YAML") { Description = "The run.yaml; 'align init TRAINER' prints one." };
        var output = new Option<string?>("--out") { Description = "The run's folder (default: a new one under runs/ of the data folder)." };
        var resume = new Option<bool>("--resume") { Description = "Go on from the last checkpoint; without --out of the newest run of this run.yaml." };
        Option<string> data = DataFolder.Option();
        var command = new Command(
            "train",
            "Trains a model as a run.yaml says and writes the run folder. Ctrl-C, SIGTERM or a file named 'stop' in the run folder end it with a checkpoint.\n\n"
            + "Example: align train run.yaml\nExample: align train run.yaml --resume --out .data/runs/dpo-1") { file, output, resume, data };
        command.SetAction((parsed, stop) => Task.FromResult(Run(
            parsed.GetRequiredValue(file), parsed.GetValue(output), parsed.GetValue(resume), parsed.GetValue(data), stop)));
        return command;
    }

    private static int Run(string file, string? output, bool resume, string? dataOption, CancellationToken stop)
    {
        var data = Shared.DataFolder.Resolve(dataOption);
        var spec = RunSpecYaml.Load(file);
        RunFolder folder = resume ? Existing(file, output, data) : New(output, spec, data);
        IReadOnlyList<string> changes = resume ? Changes(file, spec, folder) : [];
        if (!resume || changes.Count > 0)
        {
            Begin(file, spec, folder);
        }

        using var console = new RunConsole(folder.ConsoleLog, Console.Error, Output.IsErrorTerminal)
        {
            Width = () => Output.ErrorWidth,
            OutputIsLog = Output.ErrorGoesTo(folder.ConsoleLog),
        };
        console.Note($"run {folder.Root}");
        if (changes.Count > 0)
        {
            console.Note($"there is no checkpoint and {file} has changed, so that the run begins anew: {string.Join("; ", changes)}");
        }

        var request = new RunRequest(spec, Path.GetDirectoryName(Path.GetFullPath(file))!, folder, data, Environment.CommandLine) { Resume = resume };
        try
        {
            LoopResult result = OnOwnThread(() =>
            {
                using var run = new TrainRun(request, console);
                return run.Run(stop);
            });
            console.Note(result.Completed
                ? string.Create(CultureInfo.InvariantCulture, $"completed: {result.Reason}; the model is in {folder.Model}")
                : string.Create(CultureInfo.InvariantCulture, $"stopped after step {result.State.Step}: {result.Reason}; go on with --resume --out {folder.Root}"));
            return ExitCodes.Done;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            int step = folder.CheckpointSteps() is [.., int last] ? last : 0;
            string place = step > 0 ? FormattableString.Invariant($"after step {step}") : "before the first step";
            RunStatus.OfThisProcess(RunState.Stopped, step, RunStatus.Read(folder.Status)?.Attempt ?? 1, DateTimeOffset.UtcNow, $"asked to stop {place}").Write(folder.Status);
            console.Note($"stopped {place}; go on with --resume --out {folder.Root}");
            return ExitCodes.Done;
        }
        catch (Exception e)
        {
            TrainRun.WriteFailure(folder, e.Message);
            console.Log(e is UserError ? $"error: {e.Message}" : $"error: unexpected {e.GetType().Name}: {e.Message}");
            throw;
        }
    }

    private static RunFolder New(string? output, RunSpec spec, Shared.DataFolder data)
    {
        if (output is null)
        {
            return RunFolder.Create(data.Runs, spec.Trainer, DateTimeOffset.UtcNow);
        }

        var folder = new RunFolder(Path.GetFullPath(output));
        if (File.Exists(folder.ResolvedYaml))
        {
            throw new UserError($"{folder.Root} holds a run already: add --resume to go on with it, or choose another --out");
        }

        Directory.CreateDirectory(folder.Root);
        return folder;
    }

    // The manifest of a run that begins anew goes first and resolved.yaml comes last: killed in between, it begins anew again.
    private static void Begin(string file, RunSpec spec, RunFolder folder)
    {
        File.Delete(folder.Manifest);
        if (Path.GetFullPath(file) != folder.RunYaml)
        {
            AtomicFile.Write(folder.RunYaml, File.ReadAllBytes(file));
        }

        AtomicFile.Write(folder.ResolvedYaml, RunSpecYaml.Write(spec));
    }

    private static IReadOnlyList<string> Changes(string file, RunSpec spec, RunFolder folder)
    {
        IReadOnlyList<string> changes = RunSpecChanges.Of(File.ReadAllText(folder.ResolvedYaml), RunSpecYaml.Write(spec));
        return changes.Count == 0 || folder.CheckpointSteps().Count == 0 ? changes : throw new UserError(
            $"the run in {folder.Root} cannot be resumed, because with {file} it would not go on as it began: {string.Join("; ", changes)}. Put that back, or start a new run", ExitCodes.Failed);
    }

    private static RunFolder Existing(string file, string? output, Shared.DataFolder data)
    {
        RunFolder folder = output is not null ? new RunFolder(Path.GetFullPath(output)) : Newest(file, data);
        return !File.Exists(folder.ResolvedYaml) ? throw new UserError($"{folder.Root} holds no run to resume: leave --resume out to start one")
            : RunStatus.Read(folder.Status) is { } status && status.IsActive && status.IsProcessAlive() ? throw new UserError($"the run in {folder.Root} is being worked on by process {status.ProcessId}: stop it first", ExitCodes.Failed)
            : RunStatus.Read(folder.Status)?.State == RunState.Completed ? throw new UserError($"the run in {folder.Root} is completed: its model is in {folder.Model}")
            : folder;
    }

    private static RunFolder Newest(string file, Shared.DataFolder data)
    {
        byte[] wanted = File.ReadAllBytes(file);
        return (Directory.Exists(data.Runs) ? Directory.EnumerateDirectories(data.Runs) : [])
            .Select(path => new RunFolder(path))
            .Where(folder => File.Exists(folder.RunYaml) && File.ReadAllBytes(folder.RunYaml).AsSpan().SequenceEqual(wanted))
            .MaxBy(folder => File.GetLastWriteTimeUtc(folder.ResolvedYaml))
            ?? throw new UserError($"{data.Runs} holds no run of {file}: leave --resume out to start one, or name its folder with --out");
    }

    private static T OnOwnThread<T>(Func<T> work)
    {
        T? result = default;
        ExceptionDispatchInfo? fault = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception e)
            {
                fault = ExceptionDispatchInfo.Capture(e);
            }
        })
        { Name = "training" };
        thread.Start();
        thread.Join();
        fault?.Throw();
        return result!;
    }
}
