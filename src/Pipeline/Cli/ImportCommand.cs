using System.CommandLine;
using Alignment.Pipeline.Items.Import;
using Alignment.Shared;

namespace Alignment.Pipeline.Cli;

/// <summary><c>pipeline import FILE --project NAME</c>: rows of a file into a project.</summary>
internal static class ImportCommand
{
    public static Command Create(Session session)
    {
        var file = new Argument<FileInfo>("FILE") { Description = "One JSON object per line, plain or gzip: preferences, prompts with answers, single answers, demonstrations, prompts, text (docs/import.md)." };
        Option<string> project = Session.ProjectOption();
        var relabel = new Option<bool>("--relabel") { Description = "Leave out what the rows say is better or good, so that it can be labeled again." };
        var human = new Option<bool>("--human") { Description = "People made the labels (they then count as people in agreement)." };
        Option<PairRule> pairs = Words.Choice<PairRule>("--pairs", "What becomes of several answers to one prompt (default: disjoint)");
        var badRows = new Option<FileInfo?>("--bad-rows") { Description = "Write line, rule and reason of each row that cannot be imported to this file, one JSON object per line.", HelpName = "FILE" };
        Option<bool> json = Session.JsonOption();
        var verb = new Verb(
            "import",
            "Brings the rows of a file into a project. Importing the same file again adds nothing. Exit code 4: some rows could not be imported, the rest is in.",
            "pipeline import pairs.jsonl.gz --project hh",
            "pipeline import ratings.jsonl --project thumbs --human --bad-rows bad.jsonl",
            "pipeline import answers.jsonl --project compare --pairs all --json")
        { file, project, relabel, human, pairs, badRows, json };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            FileInfo source = parsed.GetRequiredValue(file);
            await using FileStream content = Open(source);
            using var bad = new BadRowReport(session.Terminal, source, parsed.GetValue(badRows));
            var message = new ImportRows
            {
                Content = content,
                FileName = source.Name,
                Project = parsed.GetRequiredValue(project),
                Relabel = parsed.GetValue(relabel),
                Human = parsed.GetValue(human),
                Pairs = parsed.GetValue(pairs),
                BadRow = bad.Add,
            };
            ImportResult result = await ImportProgressBar.RunAsync(
                session.Terminal, source.Name, progress => session.SendAsync(parsed, message with { Progress = progress }, cancellationToken));
            bad.Finish();
            if (parsed.GetValue(json))
            {
                session.Terminal.Value(result);
            }
            else
            {
                Print(session.Terminal, result);
            }

            return result.Rejected == 0 ? ExitCodes.Done : ExitCodes.DoneWithFailures;
        });
        return verb;
    }

    private static void Print(Terminal terminal, ImportResult result)
    {
        terminal.Line($"{result.File}: {Words.Count(result.Rows)} rows = {Words.Count(result.Imported)} imported + {Words.Count(result.AlreadyThere)} already there + {Words.Count(result.Rejected)} rejected");
        terminal.Line($"project {result.Project}: {(result.ItemsAdded.Count == 0 ? "no new items" : $"new items: {Words.Counts(result.ItemsAdded)}")}, new labels: {Words.Count(result.LabelsAdded)}");
        if (result.Rejected > 0)
        {
            terminal.Line($"rejected rows by rule: {Words.Counts(result.RejectedByRule)}");
        }

        foreach ((string note, RowNote rows) in result.Notes)
        {
            terminal.Line($"note {note}: {Words.Count(rows.Rows)} rows (lines {string.Join(", ", rows.FirstLines)}{(rows.Rows > rows.FirstLines.Count ? " …" : "")})");
        }

        if (result.ExtraKeys.Count > 0)
        {
            terminal.Line($"keys kept with the items but not read: {string.Join(", ", result.ExtraKeys.Keys)}");
        }
    }

    private static FileStream Open(FileInfo file)
    {
        try
        {
            return file.OpenRead();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{file.FullName}: cannot be read ({e.Message})", inner: e);
        }
    }
}
