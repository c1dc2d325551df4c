namespace Alignment.Pipeline.Generations;

/// <summary>A job in a list.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Project">The project that gets the items.</param>
/// <param name="FileName">The file's name.</param>
/// <param name="Models">Its models, one or two.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Reason">Why it failed; empty otherwise.</param>
/// <param name="Counts">How far it is.</param>
/// <param name="AskedBy">Who asked for it.</param>
/// <param name="CreatedAt">When it was asked for (UTC).</param>
/// <param name="EndedAt">When it ended (UTC).</param>
public sealed record GenerationSummary(
    int Id, string Project, string FileName, IReadOnlyList<string> Models, GenerationState State, string Reason, GenerationCounts Counts, string AskedBy, DateTime CreatedAt, DateTime? EndedAt)
{
    /// <summary>True when it can be cancelled.</summary>
    public bool CanCancel => State == GenerationState.Running;

    /// <summary>True when it can go on: it was ended, or models refused prompts.</summary>
    public bool CanResume => State is GenerationState.Cancelled or GenerationState.Failed || (State == GenerationState.Done && Counts.Failed > 0);

    /// <summary>The summaries of some jobs.</summary>
    internal static IQueryable<GenerationSummary> Of(IQueryable<GenerationJob> jobs) => jobs.Select(job => new GenerationSummary(
        job.Id,
        job.Project!.Name,
        job.FileName,
        job.ModelB == null ? new[] { job.ModelA } : new[] { job.ModelA, job.ModelB },
        job.State,
        job.Reason,
        new GenerationCounts(
            job.Prompts.Count(prompt => prompt.State != PromptState.Rejected),
            job.Prompts.Count(prompt => prompt.State == PromptState.Done),
            job.Prompts.Count(prompt => prompt.State == PromptState.Failed),
            job.Prompts.Count(prompt => prompt.State == PromptState.Rejected),
            job.Prompts.Sum(prompt => prompt.Items),
            job.Prompts.Sum(prompt => prompt.LeftOut)),
        job.AskedBy,
        job.CreatedAt,
        job.EndedAt));
}

/// <summary>How far a job is.</summary>
/// <param name="Prompts">Prompts of the file.</param>
/// <param name="Done">Prompts that were answered.</param>
/// <param name="Failed">Prompts that a model does not take.</param>
/// <param name="Rejected">Lines that are no prompts.</param>
/// <param name="Items">Items that were added.</param>
/// <param name="LeftOut">Answers left out because another one says the same, or because they say nothing.</param>
public sealed record GenerationCounts(int Prompts, int Done, int Failed, int Rejected, int Items, int LeftOut);
