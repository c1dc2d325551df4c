using Alignment.Pipeline.People;
using Alignment.Pipeline.Serving;
using Alignment.Pipeline.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Generations.Show;

/// <summary>One job and what went wrong in it.</summary>
/// <param name="Id">Its number.</param>
[Needs(Role.Engineer)]
public sealed record ShowGeneration(int Id) : IRequest<GenerationDetails>;

/// <summary>One job.</summary>
/// <param name="Summary">As in the list.</param>
/// <param name="Answers">Answers of each model to each prompt.</param>
/// <param name="Sampling">How they are drawn.</param>
/// <param name="Problems">The first lines that are no prompts, or that a model does not take.</param>
public sealed record GenerationDetails(GenerationSummary Summary, int Answers, Sampling Sampling, IReadOnlyList<PromptProblem> Problems);

/// <summary>A line that became no items.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Reason">Why.</param>
public sealed record PromptProblem(int Line, string Reason);

internal sealed class ShowGenerationHandler(IDbContextFactory<AlignmentDb> contexts) : IRequestHandler<ShowGeneration, GenerationDetails>
{
    private const int MostProblems = 100;

    public async Task<GenerationDetails> Handle(ShowGeneration request, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        GenerationJob job = await GenerationIds.GetAsync(db.Generations.AsNoTracking(), request.Id, cancellationToken);
        GenerationSummary summary = await GenerationSummary.Of(db.Generations.Where(one => one.Id == job.Id)).SingleAsync(cancellationToken);
        List<PromptProblem> problems = await db.GenerationPrompts.Where(prompt => prompt.JobId == job.Id && prompt.Problem != null)
            .OrderBy(prompt => prompt.Line).Take(MostProblems).Select(prompt => new PromptProblem(prompt.Line, prompt.Problem!)).ToListAsync(cancellationToken);
        return new(summary, job.Answers, job.Sampling, problems);
    }
}
