using Alignment.Pipeline.Generations.Worker;
using Alignment.Pipeline.People;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Generations.Change;

/// <summary>Goes on with a job that was cancelled or failed, and asks again what a model did not take; what was answered is not asked again.</summary>
/// <param name="Id">Its number.</param>
[Needs(Role.Engineer)]
public sealed record ResumeGeneration(int Id) : IRequest<GenerationState>;

internal sealed class ResumeGenerationHandler(Transactions transactions, GenerationSignals signals) : IRequestHandler<ResumeGeneration, GenerationState>
{
    public async Task<GenerationState> Handle(ResumeGeneration request, CancellationToken cancellationToken)
    {
        GenerationState state = await transactions.RunAsync((db, token) => ResumeAsync(db, request.Id, token), cancellationToken);
        signals.Wake();
        return state;
    }

    private static async Task<GenerationState> ResumeAsync(AlignmentDb db, int id, CancellationToken cancellationToken)
    {
        GenerationJob job = await GenerationIds.GetAsync(db.Generations, id, cancellationToken);
        int again = await db.GenerationPrompts.Where(prompt => prompt.JobId == id && prompt.State == PromptState.Failed)
            .ExecuteUpdateAsync(set => set.SetProperty(prompt => prompt.State, PromptState.Waiting).SetProperty(prompt => prompt.Problem, (string?)null), cancellationToken);
        (job.State, job.Reason, job.EndedAt) = (Resumed(job, again), "", null);
        return job.State;
    }

    private static GenerationState Resumed(GenerationJob job, int again) => job.State switch
    {
        GenerationState.Running => throw new UserError(FormattableString.Invariant($"job {job.Id} is running already")),
        GenerationState.Done when again == 0 => throw new UserError(FormattableString.Invariant($"job {job.Id} is done: every prompt was answered")),
        _ => GenerationState.Running,
    };
}
