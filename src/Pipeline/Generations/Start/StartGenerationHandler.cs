using Alignment.Pipeline.Generations.Worker;
using Alignment.Pipeline.People;
using Alignment.Pipeline.Projects;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using MediatR;

namespace Alignment.Pipeline.Generations.Start;

internal sealed class StartGenerationHandler(Transactions transactions, GenerationSignals signals, CurrentActor actor, DataFolder data, TimeProvider clock) : IRequestHandler<StartGeneration, StartedGeneration>
{
    private const int LinesNamed = 3;

    public async Task<StartedGeneration> Handle(StartGeneration request, CancellationToken cancellationToken)
    {
        foreach (string model in request.Models)
        {
            ModelSource.Resolve(model, data.Models, data);
        }

        List<GenerationPrompt> prompts = PromptFile.Read(request.Content, request.FileName);
        GenerationPrompt[] rejected = [.. prompts.Where(prompt => prompt.State == PromptState.Rejected)];
        if (rejected.Length == prompts.Count)
        {
            string lines = string.Join("; ", rejected.Take(LinesNamed).Select(line => FormattableString.Invariant($"line {line.Line}: {line.Problem}")));
            throw new UserError($"{request.FileName} holds no prompts: {lines}");
        }

        int id = await transactions.RunAsync((db, token) => AddAsync(db, request, prompts, token), cancellationToken);
        signals.Wake();
        return new(id, prompts.Count - rejected.Length, rejected.Length);
    }

    private async Task<int> AddAsync(AlignmentDb db, StartGeneration request, List<GenerationPrompt> prompts, CancellationToken cancellationToken)
    {
        DateTime now = clock.GetUtcNow().UtcDateTime;
        var job = new GenerationJob
        {
            ProjectId = (await ProjectNames.GetOrAddAsync(db, request.Project, now, cancellationToken)).Id,
            FileName = request.FileName,
            ModelA = request.Models[0],
            ModelB = request.Models.ElementAtOrDefault(1),
            Answers = request.Answers,
            Temperature = request.Sampling.Temperature,
            TopP = request.Sampling.TopP,
            MaxTokens = request.Sampling.MaxTokens,
            Seed = request.Sampling.Seed,
            State = GenerationState.Running,
            AskedBy = actor.Actor!.Name,
            CreatedAt = now,
        };
        foreach (GenerationPrompt prompt in prompts)
        {
            job.Prompts.Add(new() { Line = prompt.Line, Prompt = prompt.Prompt, State = prompt.State, Problem = prompt.Problem });
        }

        db.Generations.Add(job);
        await db.SaveChangesAsync(cancellationToken);
        return job.Id;
    }
}
