using MediatR;

namespace Alignment.Pipeline.Runs.Check;

internal sealed class CheckRunHandler(RunYamlCheck check) : IRequestHandler<CheckRun, RunCheck>
{
    public Task<RunCheck> Handle(CheckRun request, CancellationToken cancellationToken) => Task.FromResult(check.Check(request.Yaml));
}
