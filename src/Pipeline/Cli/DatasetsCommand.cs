using System.CommandLine;
using Alignment.Pipeline.Datasets.List;
using Alignment.Pipeline.Datasets.Show;
using Alignment.Shared;
using Alignment.Shared.Snapshots;

namespace Alignment.Pipeline.Cli;

/// <summary><c>pipeline datasets list|show</c>.</summary>
internal static class DatasetsCommand
{
    public static Command Create(Session session) => new Verb(
        "datasets", "The frozen datasets of the data folder.", "pipeline datasets list", "pipeline datasets show hh-9f31 --json")
    {
        List(session), Show(session),
    };

    private static Verb List(Session session)
    {
        var project = new Option<string?>("--project") { Description = "Only of this project.", HelpName = "NAME" };
        Option<bool> json = Session.JsonOption();
        var verb = new Verb("list", "Frozen datasets, newest first.", "pipeline datasets list", "pipeline datasets list --project hh --json") { project, json };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            IReadOnlyList<DatasetSummary> datasets = await session.SendAsync(parsed, new ListDatasets(parsed.GetValue(project)), cancellationToken);
            if (parsed.GetValue(json))
            {
                session.Terminal.Value(datasets);
                return ExitCodes.Done;
            }

            session.Terminal.Table(
                ["dataset", "project", "kind", "train", "test", "created (UTC)"],
                [.. datasets.Select(dataset => (IReadOnlyList<string>)[dataset.Id, dataset.Project, dataset.Kind, Words.Count(dataset.TrainRows), Words.Count(dataset.TestRows), Words.Time(dataset.CreatedAt)])]);
            return ExitCodes.Done;
        });
        return verb;
    }

    private static Verb Show(Session session)
    {
        var id = new Argument<string>("ID") { Description = "The dataset's id." };
        Option<bool> json = Session.JsonOption();
        var verb = new Verb("show", "One dataset; its files are verified against their hashes.", "pipeline datasets show hh-9f31", "pipeline datasets show hh-9f31 --json") { id, json };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            DatasetDetails dataset = await session.SendAsync(parsed, new ShowDataset(parsed.GetRequiredValue(id)), cancellationToken);
            if (parsed.GetValue(json))
            {
                session.Terminal.Value(dataset);
                return ExitCodes.Done;
            }

            SnapshotManifest manifest = dataset.Manifest;
            session.Terminal.Table(["dataset", manifest.Id],
            [
                ["kind", manifest.Kind.Name()],
                ["project", manifest.Provenance.Project],
                ["created (UTC)", Words.Time(manifest.Created.UtcDateTime)],
                ["train", Words.Count(manifest.Rows(SnapshotSplit.Train))],
                ["test", Words.Count(manifest.Rows(SnapshotSplit.Test))],
                ["test share", FormattableString.Invariant($"{manifest.Split.TestShare} ({manifest.Split.Rule})")],
                ["left out", Words.Counts(manifest.LeftOut)],
                ["folder", dataset.Folder],
                ["SHA-256", dataset.Sha256],
            ]);
            return ExitCodes.Done;
        });
        return verb;
    }
}
