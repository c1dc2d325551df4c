using Alignment.Pipeline.Datasets.Show;
using Alignment.Pipeline.People;
using Alignment.Shared;
using Alignment.Shared.Preferences;
using Alignment.Shared.Snapshots;
using FluentValidation;
using MediatR;

namespace Alignment.Pipeline.Datasets.Preview;

/// <summary>A snapshot that is whole, with the first rows of both files.</summary>
/// <param name="Id">The snapshot's id.</param>
/// <param name="Rows">Rows of each file, 1 to <see cref="MaxRows"/>.</param>
[Needs(Role.Engineer)]
public sealed record PreviewDataset(string Id, int Rows = 5) : IRequest<DatasetPreview>
{
    /// <summary>The most rows of a file.</summary>
    public const int MaxRows = 100;
}

/// <summary>A snapshot and its first rows.</summary>
/// <param name="Dataset">The snapshot.</param>
/// <param name="Train">The first rows to train on.</param>
/// <param name="Test">The first held-out rows.</param>
public sealed record DatasetPreview(DatasetDetails Dataset, IReadOnlyList<IRow> Train, IReadOnlyList<IRow> Test);

internal sealed class PreviewDatasetValidator : AbstractValidator<PreviewDataset>
{
    public PreviewDatasetValidator()
    {
        RuleFor(message => message.Id).DatasetId();
        RuleFor(message => message.Rows).InclusiveBetween(1, PreviewDataset.MaxRows).WithMessage(FormattableString.Invariant($"a preview has 1 to {PreviewDataset.MaxRows} rows"));
    }
}

internal sealed class PreviewDatasetHandler(DataFolder folder) : IRequestHandler<PreviewDataset, DatasetPreview>
{
    public Task<DatasetPreview> Handle(PreviewDataset request, CancellationToken cancellationToken)
    {
        var reader = SnapshotReader.Open(Path.Combine(folder.Snapshots, request.Id));
        return Task.FromResult(new DatasetPreview(
            new(reader.Folder, reader.Sha256, reader.Manifest),
            [.. reader.Rows(SnapshotSplit.Train).Take(request.Rows)],
            [.. reader.Rows(SnapshotSplit.Test).Take(request.Rows)]));
    }
}
