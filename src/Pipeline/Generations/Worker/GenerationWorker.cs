using Alignment.Pipeline.Items.Import;
using Alignment.Pipeline.Serving;
using Alignment.Pipeline.Serving.Add;
using Alignment.Shared;
using Microsoft.Extensions.Logging;

namespace Alignment.Pipeline.Generations.Worker;

/// <inheritdoc/>
internal sealed class GenerationWorker(GenerationStore store, GenerationSignals signals, ModelAnswers models, GenerationOptions options, ILogger<GenerationWorker> logger) : IGenerationWorker
{
    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await signals.WaitAsync(stop);
                await AllAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // what was not answered is asked when the next worker starts
        }
    }

    // The database may be locked, a disk full: the worker says so and tries again, it never ends by itself.
    private async Task AllAsync(CancellationToken stop)
    {
        try
        {
            while (await store.NextAsync(stop) is { } job)
            {
                await OneAsync(job, stop);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogMessages.GenerationWorkerFaulted(logger, e);
            await Task.Delay(options.FaultPause, stop);
            signals.Wake();
        }
    }

    private async Task OneAsync(GenerationJob job, CancellationToken stop)
    {
        (GenerationState State, string Reason) end = (GenerationState.Done, "");
        try
        {
            var limits = new ParallelOptions { MaxDegreeOfParallelism = options.PromptsAtOnce };
            bool whole = await signals.WorkAsync(
                job.Id,
                async cancelled =>
                {
                    limits.CancellationToken = cancelled;
                    await Parallel.ForEachAsync(store.WaitingAsync(job.Id, cancelled), limits, async (prompt, token) => await AskAsync(job, prompt, token));
                },
                stop);
            if (!whole)
            {
                return; // whoever cancelled it has said so in the database, and it may have been resumed since
            }
        }
        catch (UserError e)
        {
            end = (GenerationState.Failed, e.Message);
        }

        await store.EndAsync(job.Id, end.State, end.Reason, stop);
        LogMessages.GenerationEnded(logger, job.Id, end.State.ToString());
    }

    private async Task AskAsync(GenerationJob job, GenerationPrompt prompt, CancellationToken cancellationToken)
    {
        try
        {
            ModelAnswer[] answers = await Task.WhenAll(job.Models.SelectMany(model => Enumerable.Range(0, job.Answers)
                .Select(async round => new ModelAnswer(model, await AnswerAsync(job, model, round, prompt, cancellationToken)))));
            await store.FinishAsync(job, prompt, answers, cancellationToken);
        }
        catch (Exception e) when (e is RequestRefused or RowError)
        {
            await store.FailAsync(prompt, e.Message, cancellationToken);
        }
    }

    private async Task<string> AnswerAsync(GenerationJob job, string model, int round, GenerationPrompt prompt, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await models.AnswerAsync(model, prompt.Prompt, job.Sampling with { Seed = job.Seed + round }, cancellationToken);
            }
            catch (ModelLost) when (attempt < options.Attempts)
            {
                // asking again starts the model anew
            }
        }
    }
}
