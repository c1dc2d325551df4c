using System.CommandLine;
using Alignment.Pipeline.Items;
using Alignment.Pipeline.Items.List;
using Alignment.Pipeline.Items.Show;
using Alignment.Shared;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Cli;

/// <summary><c>pipeline items list|show</c>.</summary>
internal static class ItemsCommand
{
    private const int TextLength = 60;

    private enum YesNo
    {
        Yes,
        No,
    }

    public static Command Create(Session session) => new Verb(
        "items", "The items of a project.", "pipeline items list --project hh", "pipeline items show 17 --json")
    {
        List(session), Show(session),
    };

    private static Verb List(Session session)
    {
        Option<string> project = Session.ProjectOption();
        Option<ItemKind?> kind = Words.OptionalChoice<ItemKind>("--kind", "Only items of this kind");
        Option<YesNo?> labeled = Words.OptionalChoice<YesNo>("--labeled", "Only items with or without a label");
        var promptId = new Option<string?>("--prompt-id") { Description = "Only items of this prompt.", HelpName = "ID" };
        var after = new Option<long>("--after") { Description = "Begin after this item's id: the last one of the page before.", HelpName = "ID" };
        var limit = new Option<int>("--limit") { Description = "Items of a page.", DefaultValueFactory = _ => 20, HelpName = "N" };
        Option<bool> json = Session.JsonOption();
        var verb = new Verb(
            "list",
            "A page of a project's items in the order in which they were imported.",
            "pipeline items list --project hh --kind pair --labeled no",
            "pipeline items list --project hh --after 1020 --limit 100 --json")
        { project, kind, labeled, promptId, after, limit, json };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            ItemPage page = await session.SendAsync(
                parsed,
                new ListItems
                {
                    Project = parsed.GetRequiredValue(project),
                    Kind = parsed.GetValue(kind),
                    Labeled = parsed.GetValue(labeled) is { } answer ? answer == YesNo.Yes : null,
                    PromptId = parsed.GetValue(promptId),
                    After = parsed.GetValue(after),
                    Limit = parsed.GetValue(limit),
                },
                cancellationToken);
            if (parsed.GetValue(json))
            {
                session.Terminal.Value(page);
                return ExitCodes.Done;
            }

            session.Terminal.Table(
                ["item", "kind", "labels", "source", "prompt", "text"],
                [.. page.Items.Select(item => (IReadOnlyList<string>)[FormattableString.Invariant($"{item.Id}"), item.Kind, Words.Count(item.Judgments), Words.Short(item.Source, 30), item.PromptId, Words.Short(item.Text, TextLength)])]);
            session.Terminal.Line($"{Words.Count(page.Items.Count)} of {Words.Count(page.Total)} items{(page.Next is { } next ? FormattableString.Invariant($"; next page: --after {next}") : "")}");
            return ExitCodes.Done;
        });
        return verb;
    }

    private static Verb Show(Session session)
    {
        var id = new Argument<long>("ID") { Description = "The item's id." };
        Option<bool> json = Session.JsonOption();
        var verb = new Verb("show", "One item with its answers and everything that was said about it.", "pipeline items show 17", "pipeline items show 17 --json") { id, json };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            ItemDetails item = await session.SendAsync(parsed, new ShowItem(parsed.GetValue(id)), cancellationToken);
            if (parsed.GetValue(json))
            {
                session.Terminal.Value(item);
            }
            else
            {
                Print(session.Terminal, item);
            }

            return ExitCodes.Done;
        });
        return verb;
    }

    private static void Print(Terminal terminal, ItemDetails item)
    {
        terminal.Line(FormattableString.Invariant($"item {item.Id} ({item.Kind}) of project {item.Project}, prompt {item.PromptId}, from {item.Source}"));
        foreach (Message turn in item.Prompt)
        {
            terminal.Line($"[{turn.Role}] {turn.Content}");
        }

        foreach ((string name, string? answer) in new[] { ("A", item.AnswerA), ("B", item.AnswerB) })
        {
            if (answer is not null)
            {
                terminal.Line($"[{(item.AnswerB is null ? "answer" : $"answer {name}")}] {answer}");
            }
        }

        terminal.Table(
            ["judgment", "says", "by", "revises", "counts", "made (UTC)"],
            [.. item.Judgments.Select(judgment => (IReadOnlyList<string>)
            [
                FormattableString.Invariant($"{judgment.Id}"),
                judgment.Verdict ?? FormattableString.Invariant($"score {judgment.Score}"),
                judgment.Labeler,
                judgment.Revises is { } revised ? FormattableString.Invariant($"{revised}") : "",
                judgment.Counts ? "yes" : "no",
                Words.Time(judgment.CreatedAt),
            ])]);
    }
}
