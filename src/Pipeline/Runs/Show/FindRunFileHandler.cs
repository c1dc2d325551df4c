using Alignment.Shared;
using Alignment.Shared.Runs;
using MediatR;

namespace Alignment.Pipeline.Runs.Show;

internal sealed class FindRunFileHandler(DataFolder data) : IRequestHandler<FindRunFile, string>
{
    public Task<string> Handle(FindRunFile request, CancellationToken cancellationToken)
    {
        var folder = new RunFolder(Path.Combine(data.Runs, request.Id));
        return RunFiles.Of(folder).Any(file => file.Name == request.Name)
            ? Task.FromResult(Path.Combine(folder.Root, request.Name))
            : throw new UserError($"run {request.Id} has no file '{request.Name}' to download");
    }
}
