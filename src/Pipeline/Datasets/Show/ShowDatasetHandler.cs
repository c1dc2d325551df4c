using Alignment.Shared;
using Alignment.Shared.Snapshots;
using MediatR;

namespace Alignment.Pipeline.Datasets.Show;

internal sealed class ShowDatasetHandler(DataFolder folder) : IRequestHandler<ShowDataset, DatasetDetails>
{
    public Task<DatasetDetails> Handle(ShowDataset request, CancellationToken cancellationToken)
    {
        var reader = SnapshotReader.Open(Path.Combine(folder.Snapshots, request.Id));
        return Task.FromResult(new DatasetDetails(reader.Folder, reader.Sha256, reader.Manifest));
    }
}
