using System.CommandLine;
using System.Globalization;
using Alignment.Pipeline.Demo;
using Alignment.Shared;
using Alignment.Shared.Rules;

namespace Alignment.Pipeline.Cli;

/// <summary><c>pipeline score-answers FILE --rule NAME</c>: what a rule says about a file of answers.</summary>
internal static class ScoreAnswersCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<FileInfo>("FILE") { Description = "One JSON object per line: a prompt with a completion or with answers, or messages; what align generate writes." };
        var rule = new Option<string>("--rule") { Description = $"The rule: {string.Join(", ", Rules.Names)}.", Required = true, HelpName = "NAME" };
        Option<bool> json = Session.JsonOption();
        var verb = new Verb(
            "score-answers",
            "Scores answers by a rule: the share that it accepts, the share that meets each of its requirements, and the variety of words (distinct-2).",
            "pipeline score-answers answers.jsonl --rule demo",
            "pipeline score-answers answers.jsonl --rule demo --json")
        { file, rule, json };
        verb.SetAction(parsed =>
        {
            IRule chosen = Rules.Find(parsed.GetRequiredValue(rule));
            FileInfo source = parsed.GetRequiredValue(file);
            AnswerScores scores = source.Exists
                ? AnswerScores.Of(File.ReadLines(source.FullName), source.Name, chosen)
                : throw new UserError($"{source.FullName} does not exist");
            if (parsed.GetValue(json))
            {
                terminal.Value(scores);
            }
            else
            {
                Print(terminal, scores);
            }

            return ExitCodes.Done;
        });
        return verb;
    }

    private static void Print(Terminal terminal, AnswerScores scores)
    {
        terminal.Line($"accepted by {scores.Rule}: {Words.Count(scores.Accepted)} of {Words.Count(scores.Answers)} ({Percent(scores.AcceptedShare)})");
        foreach ((string name, double share) in scores.Requirements)
        {
            terminal.Line($"{name}: {Percent(share)}");
        }

        terminal.Line($"distinct-2: {scores.Distinct2.ToString("0.0000", CultureInfo.InvariantCulture)}");
    }

    private static string Percent(double share) => share.ToString("P1", CultureInfo.InvariantCulture);
}
