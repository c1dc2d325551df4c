using Alignment.Pipeline.Runs.List;
using Alignment.Pipeline.Runs.Models;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Alignment.Shared.Runs;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Runs.Show;

internal sealed class ShowRunHandler(IDbContextFactory<AlignmentDb> contexts, DataFolder data) : IRequestHandler<ShowRun, RunDetails>
{
    public async Task<RunDetails> Handle(ShowRun request, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        Run run = await RunIds.GetAsync(db.Runs.AsNoTracking(), request.Id, cancellationToken);
        List<Run> all = await db.Runs.AsNoTracking().Where(other => other.Device == run.Device).ToListAsync(cancellationToken);
        var folder = new RunFolder(Path.Combine(data.Runs, run.Id));
        return new(
            RunSummaries.Of(run, all),
            await TextAsync(folder.RunYaml, cancellationToken),
            await TextAsync(folder.ResolvedYaml, cancellationToken),
            ManifestOf(folder),
            folder.CheckpointSteps(),
            RunFiles.Tail(folder.ConsoleLog, request.ConsoleBytes),
            RunFiles.Of(folder),
            EvaluationLines.Read(folder.Evaluations),
            run.State == RunState.Completed && Directory.Exists(folder.Model) ? run.Id : null,
            folder.Root);
    }

    private static RunManifest? ManifestOf(RunFolder folder)
    {
        try
        {
            return File.Exists(folder.Manifest) ? RunManifest.Read(folder.Manifest) : null;
        }
        catch (UserError)
        {
            return null; // damaged: everything else of the run can still be shown
        }
    }

    private static async Task<string?> TextAsync(string path, CancellationToken cancellationToken) =>
        File.Exists(path) ? await File.ReadAllTextAsync(path, cancellationToken) : null;
}
