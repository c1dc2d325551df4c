using Alignment.Pipeline.Runs.Check;
using Alignment.Pipeline.Runs.Start;
using Alignment.Shared;
using Alignment.Shared.Runs;
using MediatR;

namespace Alignment.Pipeline.Runs.Resume;

internal sealed class ResumeRunHandler(RunQueue queue, RunYamlCheck check, DataFolder data) : IRequestHandler<ResumeRun, QueuedRun>
{
    public async Task<QueuedRun> Handle(ResumeRun request, CancellationToken cancellationToken)
    {
        var folder = new RunFolder(Path.Combine(data.Runs, request.Id));
        if (!File.Exists(folder.RunYaml))
        {
            throw new UserError($"run {request.Id} cannot be resumed: {folder.RunYaml} is gone");
        }

        if (check.Check(await File.ReadAllTextAsync(folder.RunYaml, cancellationToken), folder.Root).Errors is [RunSpecError error, ..])
        {
            throw new UserError(
                $"run {request.Id} cannot be resumed from here: {error.Text}. Where its run.yaml lay elsewhere when it began, go on with 'align train THAT_RUN_YAML --resume --out {folder.Root}'");
        }

        return await queue.ReturnAsync(request.Id, request.AskedBy, cancellationToken);
    }
}
