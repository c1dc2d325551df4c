using System.Runtime.CompilerServices;
using Alignment.Pipeline.Items.Import;
using Alignment.Pipeline.Serving.Add;
using Alignment.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Generations.Worker;

/// <summary>The jobs and prompts in the database, as the worker reads and ends them.</summary>
internal sealed class GenerationStore(IDbContextFactory<AlignmentDb> contexts, Transactions transactions, BatchWriter items, TimeProvider clock)
{
    private const int PromptsRead = 100;

    /// <summary>The oldest job that is not ended; null when there is none.</summary>
    public async Task<GenerationJob?> NextAsync(CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Generations.AsNoTracking().Include(job => job.Project).Where(job => job.State == GenerationState.Running).OrderBy(job => job.Id).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The job's prompts that nobody answered, in the file's order.</summary>
    public async IAsyncEnumerable<GenerationPrompt> WaitingAsync(int job, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int line = 0;
        while (true)
        {
            List<GenerationPrompt> prompts;
            await using (AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken))
            {
                prompts = await db.GenerationPrompts.AsNoTracking().Where(prompt => prompt.JobId == job && prompt.State == PromptState.Waiting && prompt.Job!.State == GenerationState.Running && prompt.Line > line)
                    .OrderBy(prompt => prompt.Line).Take(PromptsRead).ToListAsync(cancellationToken);
            }

            foreach (GenerationPrompt prompt in prompts)
            {
                yield return prompt;
            }

            if (prompts.Count < PromptsRead)
            {
                yield break;
            }

            line = prompts[^1].Line;
        }
    }

    /// <summary>
    /// Keeps a prompt's answers, adds its items and marks it done, all or nothing. A prompt that is done, or whose job was
    /// cancelled meanwhile, gets nothing.
    /// </summary>
    public Task FinishAsync(GenerationJob job, GenerationPrompt prompt, IReadOnlyList<ModelAnswer> answers, CancellationToken cancellationToken)
    {
        var row = AnswerRow.Of(prompt.Prompt, answers, job.Sampling);
        ParsedRow? parsed = row.Json is null ? null : RowParser.Parse(row.Json, prompt.Line, PairRule.Disjoint);
        var import = new ImportRows { Content = Stream.Null, FileName = job.FileName, Project = job.Project!.Name };
        return transactions.RunAsync(
            async (db, token) =>
            {
                bool taken = await EndAsync(db, prompt, PromptState.Done, null, token);
                if (taken)
                {
                    int added = parsed is null ? 0 : (await items.AddAsync(db, [parsed], import, token)).Items.Values.Sum();
                    await db.GenerationPrompts.Where(one => one.Id == prompt.Id).ExecuteUpdateAsync(
                        set => set.SetProperty(one => one.Answers, answers).SetProperty(one => one.Items, added).SetProperty(one => one.LeftOut, row.Equal + row.Empty), token);
                }

                return taken;
            },
            cancellationToken);
    }

    /// <summary>Marks a prompt that a model does not take.</summary>
    public Task FailAsync(GenerationPrompt prompt, string problem, CancellationToken cancellationToken) =>
        transactions.RunAsync((db, token) => EndAsync(db, prompt, PromptState.Failed, problem, token), cancellationToken);

    /// <summary>Ends a job that nobody ended meanwhile.</summary>
    public async Task EndAsync(int id, GenerationState state, string reason, CancellationToken cancellationToken)
    {
        DateTime now = clock.GetUtcNow().UtcDateTime;
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Generations.Where(job => job.Id == id && job.State == GenerationState.Running).ExecuteUpdateAsync(
            set => set.SetProperty(job => job.State, state).SetProperty(job => job.Reason, reason).SetProperty(job => job.EndedAt, now), cancellationToken);
    }

    private static async Task<bool> EndAsync(AlignmentDb db, GenerationPrompt prompt, PromptState state, string? problem, CancellationToken cancellationToken) =>
        await db.GenerationPrompts.Where(one => one.Id == prompt.Id && one.State == PromptState.Waiting && one.Job!.State == GenerationState.Running)
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.State, state).SetProperty(one => one.Problem, problem), cancellationToken) == 1;
}
