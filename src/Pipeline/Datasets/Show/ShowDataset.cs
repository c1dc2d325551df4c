using Alignment.Pipeline.People;
using Alignment.Shared.Snapshots;
using MediatR;

namespace Alignment.Pipeline.Datasets.Show;

/// <summary>The manifest of one snapshot, after its files were verified against their hashes.</summary>
/// <param name="Id">The snapshot's id.</param>
[Needs(Role.Engineer)]
public sealed record ShowDataset(string Id) : IRequest<DatasetDetails>;

/// <summary>A snapshot that is whole.</summary>
/// <param name="Folder">Where it lies.</param>
/// <param name="Sha256">The hash of its manifest, which names the whole content.</param>
/// <param name="Manifest">Its manifest.</param>
public sealed record DatasetDetails(string Folder, string Sha256, SnapshotManifest Manifest);
