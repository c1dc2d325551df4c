using Alignment.Pipeline.Runs.Check;
using MediatR;

namespace Alignment.Pipeline.Runs.Estimate;

internal sealed class EstimateRunHandler(RunYamlCheck check, RunEstimator estimator) : IRequestHandler<EstimateRun, RunEstimate>
{
    public Task<RunEstimate> Handle(EstimateRun request, CancellationToken cancellationToken) => estimator.OfAsync(check.Require(request.Yaml), cancellationToken);
}
