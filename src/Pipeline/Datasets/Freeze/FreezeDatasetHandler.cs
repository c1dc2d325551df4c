using System.Text.Json.Nodes;
using Alignment.Pipeline.Projects;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Alignment.Shared.Preferences;
using Alignment.Shared.Snapshots;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Datasets.Freeze;

/// <summary>Reads a project's items, makes rows of them and writes the snapshot and its row in the database.</summary>
internal sealed class FreezeDatasetHandler(IDbContextFactory<AlignmentDb> contexts, DatasetCatalog catalog, DataFolder folder, TimeProvider clock)
    : IRequestHandler<FreezeDataset, FreezeResult>
{
    public async Task<FreezeResult> Handle(FreezeDataset request, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        Project project = await ProjectNames.GetAsync(db, request.Project, cancellationToken);
        if (request.Id is { } id)
        {
            SnapshotWriter.RequireFree(folder.Snapshots, id);
        }

        IRowMaker maker = Maker(request);
        ItemStream items = await ItemStream.OpenAsync(db, project.Id, maker.ItemKinds, cancellationToken);
        if (maker.LooksFirst)
        {
            await foreach (LabeledItem item in items.ReadAsync(cancellationToken))
            {
                maker.Look(item);
            }
        }

        JsonObject aggregation = Settings(request, items.LastJudgmentId);
        using SnapshotWriter? writer = request.DryRun ? null : Writer(request, aggregation);
        Tally tally = await WriteAsync(items, maker, request.TestShare, writer, cancellationToken);
        if (tally.Train + tally.Test == 0)
        {
            throw new UserError($"project '{project.Name}' has nothing to freeze as {request.Kind.Name()}: {tally.Describe()}");
        }

        if (writer is null)
        {
            return new(project.Name, request.Kind.Name(), null, null, tally.Items, tally.Train, tally.Test, tally.LeftOut, null);
        }

        foreach ((string reason, int count) in tally.LeftOut)
        {
            writer.LeaveOut(reason, count);
        }

        SnapshotManifest manifest = writer.Commit();
        string? sameAs = await catalog.RecordAsync(manifest, project.Id);
        return new(
            project.Name, request.Kind.Name(), manifest.Id, Path.Combine(folder.Snapshots, manifest.Id), tally.Items,
            manifest.Rows(SnapshotSplit.Train), manifest.Rows(SnapshotSplit.Test), tally.LeftOut, sameAs);
    }

    private SnapshotWriter Writer(FreezeDataset request, JsonObject aggregation) => new(
        folder.Snapshots,
        new(request.Kind, new(request.Project, "labels of the project"), new(SnapshotSplitRule.FirstUserTurn, request.TestShare), aggregation) { Id = request.Id },
        clock.GetUtcNow());

    private static async Task<Tally> WriteAsync(ItemStream items, IRowMaker maker, double testShare, SnapshotWriter? writer, CancellationToken cancellationToken)
    {
        var tally = new Tally();
        await foreach (LabeledItem item in items.ReadAsync(cancellationToken))
        {
            tally.Items++;
            Made made = maker.Make(item);
            if (made.LeftOut is { } reason)
            {
                tally.LeftOut[reason] = tally.LeftOut.GetValueOrDefault(reason) + 1;
                continue;
            }

            SnapshotSplit split = made.IsTest(testShare) ? SnapshotSplit.Test : SnapshotSplit.Train;
            tally.Train += split == SnapshotSplit.Train ? made.Rows.Count : 0;
            tally.Test += split == SnapshotSplit.Test ? made.Rows.Count : 0;
            foreach (IRow row in made.Rows)
            {
                writer?.Add(split, row);
            }
        }

        return tally;
    }

    private static JsonObject Settings(FreezeDataset request, long lastJudgmentId) => new()
    {
        ["rule"] = "majority",
        ["from_pairs"] = request.FromPairs,
        ["both_bad_as_negatives"] = request.BothBadAsNegatives,
        ["last_judgment"] = lastJudgmentId,
    };

    private static IRowMaker Maker(FreezeDataset request) => request.Kind switch
    {
        SnapshotKind.Preference => new PreferenceRows(),
        SnapshotKind.Unpaired => new UnpairedRows(request.FromPairs, request.BothBadAsNegatives),
        SnapshotKind.Prompt => new PromptRows(),
        SnapshotKind.Demonstration => new DemonstrationRows(),
        SnapshotKind.Text => new TextRows(),
        _ => throw new ArgumentOutOfRangeException(nameof(request)),
    };

    private sealed class Tally
    {
        public long Items { get; set; }

        public int Train { get; set; }

        public int Test { get; set; }

        public SortedDictionary<string, int> LeftOut { get; } = new(StringComparer.Ordinal);

        public string Describe() => Items == 0
            ? "it has no items of that kind"
            : FormattableString.Invariant($"of {Items} items none gives a row (") + string.Join(", ", LeftOut.Select(entry => FormattableString.Invariant($"{entry.Key}: {entry.Value}"))) + ")";
    }
}
