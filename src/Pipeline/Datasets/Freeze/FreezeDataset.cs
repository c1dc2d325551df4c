using Alignment.Pipeline.People;
using Alignment.Shared.Snapshots;
using MediatR;

namespace Alignment.Pipeline.Datasets.Freeze;

/// <summary>Makes a snapshot of what a project's labels say now.</summary>
[Needs(Role.Engineer)]
public sealed record FreezeDataset : IRequest<FreezeResult>
{
    /// <summary>The project's name.</summary>
    public required string Project { get; init; }

    /// <summary>What the rows are.</summary>
    public required SnapshotKind Kind { get; init; }

    /// <summary>The share of prompts that goes to test, from 0 and below 1.</summary>
    public double TestShare { get; init; } = 0.1;

    /// <summary>Unpaired only: adds both sides of each won pair.</summary>
    public bool FromPairs { get; init; }

    /// <summary>Unpaired only: adds both answers of a pair of which most say that both are bad, as bad ones.</summary>
    public bool BothBadAsNegatives { get; init; }

    /// <summary>The snapshot's id; null makes one of the project's name and the content.</summary>
    public string? Id { get; init; }

    /// <summary>Counts only and writes nothing.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What a freeze kept and left out.</summary>
/// <param name="Project">The project's name.</param>
/// <param name="Kind">What the rows are.</param>
/// <param name="Id">The snapshot's id; null in a dry run.</param>
/// <param name="Folder">Its folder; null in a dry run.</param>
/// <param name="Items">Items of the project that were looked at.</param>
/// <param name="TrainRows">Rows in train.jsonl.</param>
/// <param name="TestRows">Rows in test.jsonl.</param>
/// <param name="LeftOut">Items left out, by reason (<see cref="LeftOutReasons"/>).</param>
/// <param name="SameAs">An earlier dataset of the project with the same content; null when there is none.</param>
public sealed record FreezeResult(
    string Project,
    string Kind,
    string? Id,
    string? Folder,
    long Items,
    int TrainRows,
    int TestRows,
    IReadOnlyDictionary<string, int> LeftOut,
    string? SameAs);
