using Alignment.Pipeline.Runs.Check;
using Alignment.Pipeline.Runs.Estimate;
using Alignment.Shared;
using Alignment.Shared.Runs;
using MediatR;

namespace Alignment.Pipeline.Runs.Start;

internal sealed class StartRunHandler(RunYamlCheck check, RunEstimator estimator, RunQueue queue, DataFolder folder, TimeProvider clock) : IRequestHandler<StartRun, QueuedRun>
{
    public async Task<QueuedRun> Handle(StartRun request, CancellationToken cancellationToken)
    {
        RunSpec spec = check.Require(request.Yaml);
        MemoryEstimate memory = await estimator.MemoryAsync(spec, cancellationToken);
        if (memory.Refusal is string refusal)
        {
            throw new UserError(refusal);
        }

        DateTimeOffset now = clock.GetUtcNow();
        var run = RunFolder.Create(folder.Runs, spec.Trainer, now);
        try
        {
            AtomicFile.Write(run.RunYaml, request.Yaml);
            queue.WriteQueued(run);
            return await queue.AddAsync(
                new Run
                {
                    Id = run.Id,
                    Trainer = spec.Trainer,
                    Model = spec.Model,
                    Data = spec.Data,
                    Device = RunQueue.DeviceOf(spec),
                    State = RunState.Queued,
                    AskedBy = request.AskedBy,
                    CreatedAt = now.UtcDateTime,
                },
                cancellationToken);
        }
        catch
        {
            Directory.Delete(run.Root, recursive: true);
            throw;
        }
    }
}
