using Alignment.Shared;
using Alignment.Shared.Runs;
using MediatR;

namespace Alignment.Pipeline.Runs.Compare;

internal sealed class CompareRunsHandler(DataFolder data) : IRequestHandler<CompareRuns, RunComparison>
{
    public Task<RunComparison> Handle(CompareRuns request, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, string>[] values = [.. request.Ids.Select(id => RunSpecChanges.Values(Resolved(id)))];
        RunDifference[] differences = [.. values.SelectMany(run => run.Keys).Distinct()
            .Select(key => new RunDifference(key, [.. values.Select(run => run.GetValueOrDefault(key))]))
            .Where(difference => difference.Values.Distinct().Count() > 1)];
        return Task.FromResult(new RunComparison(request.Ids, differences));
    }

    // A run that waits has no resolved.yaml yet.
    private string Resolved(string id)
    {
        var folder = new RunFolder(Path.Combine(data.Runs, id));
        return File.Exists(folder.ResolvedYaml) ? File.ReadAllText(folder.ResolvedYaml)
            : File.Exists(folder.RunYaml) ? RunSpecYaml.Write(RunSpecYaml.Load(folder.RunYaml))
            : throw new UserError($"there is no run '{id}'; its folder may have been removed");
    }
}
