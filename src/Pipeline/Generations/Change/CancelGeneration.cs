using Alignment.Pipeline.Generations.Worker;
using Alignment.Pipeline.People;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using MediatR;

namespace Alignment.Pipeline.Generations.Change;

/// <summary>Ends a job: what is being asked is given up, what was answered stays.</summary>
/// <param name="Id">Its number.</param>
[Needs(Role.Engineer)]
public sealed record CancelGeneration(int Id) : IRequest<GenerationState>;

internal sealed class CancelGenerationHandler(Transactions transactions, GenerationSignals signals, TimeProvider clock) : IRequestHandler<CancelGeneration, GenerationState>
{
    public async Task<GenerationState> Handle(CancelGeneration request, CancellationToken cancellationToken)
    {
        GenerationState state = await transactions.RunAsync(
            async (db, token) =>
            {
                GenerationJob job = await GenerationIds.GetAsync(db.Generations, request.Id, token);
                (job.State, job.EndedAt) = job.State == GenerationState.Running ? (GenerationState.Cancelled, clock.GetUtcNow().UtcDateTime)
                    : throw new UserError(FormattableString.Invariant($"job {job.Id} has ended: it is {job.State.ToString().ToLowerInvariant()}"));
                return job.State;
            },
            cancellationToken);
        signals.Cancel(request.Id);
        return state;
    }
}
