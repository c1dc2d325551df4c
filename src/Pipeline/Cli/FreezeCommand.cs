using System.CommandLine;
using Alignment.Pipeline.Datasets.Freeze;
using Alignment.Shared;
using Alignment.Shared.Snapshots;

namespace Alignment.Pipeline.Cli;

/// <summary><c>pipeline freeze --project NAME --kind KIND</c>: a project's labels into a snapshot.</summary>
internal static class FreezeCommand
{
    public static Command Create(Session session)
    {
        Option<string> project = Session.ProjectOption();
        Option<SnapshotKind> kind = Words.Choice<SnapshotKind>("--kind", "What the rows are");
        kind.Required = true;
        var testShare = new Option<double>("--test-share")
        {
            Description = "Share of prompts held out for testing, from 0 and below 1.",
            DefaultValueFactory = _ => 0.1,
            CustomParser = result => Words.Number(result, "--test-share"),
            HelpName = "SHARE",
        };
        var fromPairs = new Option<bool>("--from-pairs") { Description = "Unpaired: also both sides of each won pair." };
        var bothBad = new Option<bool>("--both-bad-as-negatives") { Description = "Unpaired: also both answers of a pair of which most say that both are bad." };
        var id = new Option<string?>("--id", "--name") { Description = "The dataset's id (default: the project's name and digits of the content's hash).", HelpName = "ID" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Count only, write nothing." };
        Option<bool> json = Session.JsonOption();
        var verb = new Verb(
            "freeze",
            "Makes an immutable dataset of what a project's labels say now: majority of the verdicts, the last revision of each; the split goes by prompt.",
            "pipeline freeze --project hh --kind preference --test-share 0.25",
            "pipeline freeze --project thumbs --kind unpaired --from-pairs --both-bad-as-negatives",
            "pipeline freeze --project demo --kind demonstration --id demo-sft --json")
        { project, kind, testShare, fromPairs, bothBad, id, dryRun, json };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            FreezeResult result = await session.SendAsync(
                parsed,
                new FreezeDataset
                {
                    Project = parsed.GetRequiredValue(project),
                    Kind = parsed.GetValue(kind),
                    TestShare = parsed.GetValue(testShare),
                    FromPairs = parsed.GetValue(fromPairs),
                    BothBadAsNegatives = parsed.GetValue(bothBad),
                    Id = parsed.GetValue(id),
                    DryRun = parsed.GetValue(dryRun),
                },
                cancellationToken);
            if (parsed.GetValue(json))
            {
                session.Terminal.Value(result);
            }
            else
            {
                Print(session.Terminal, result);
            }

            return ExitCodes.Done;
        });
        return verb;
    }

    private static void Print(Terminal terminal, FreezeResult result)
    {
        terminal.Line(result.Id is { } id ? $"dataset {id} ({result.Kind}) of project {result.Project}" : $"dry run, nothing written ({result.Kind} of project {result.Project})");
        terminal.Line($"train {Words.Count(result.TrainRows)} rows, test {Words.Count(result.TestRows)} rows, of {Words.Count(result.Items)} items");
        terminal.Line(result.LeftOut.Count == 0 ? "left out: nothing" : $"left out: {Words.Counts(result.LeftOut)}");
        if (result.Folder is { } folder)
        {
            terminal.Line(folder);
        }

        if (result.SameAs is { } same)
        {
            terminal.Line($"the rows are the same as those of {same}");
        }
    }
}
