using System.CommandLine;
using Alignment.Pipeline.Demo;
using Alignment.Shared;

namespace Alignment.Pipeline.Cli;

/// <summary><c>pipeline demo-corpus --out DIR</c>: writes the demo model's corpus.</summary>
internal static class DemoCorpusCommand
{
    public static Command Create(Terminal terminal)
    {
        var folder = new Option<DirectoryInfo>("--out") { Description = "Folder to write to; it is made when it does not exist.", Required = true, HelpName = "DIR" };
        var seed = new Option<ulong>("--seed") { Description = "Another seed gives another corpus of the same kind.", DefaultValueFactory = _ => DemoCorpus.DefaultSeed };
        Option<bool> json = Session.JsonOption();
        var verb = new Verb(
            "demo-corpus",
            "Writes the demo model's corpus: text, demonstrations, labeled and unlabeled pairs and single answers, and evaluation prompts about topics that occur nowhere else. The same seed gives the same bytes.",
            "pipeline demo-corpus --out .data/demo")
        { folder, seed, json };
        verb.SetAction(parsed =>
        {
            DirectoryInfo target = parsed.GetRequiredValue(folder);
            try
            {
                target.Create();
                var rows = new Dictionary<string, int>();
                foreach ((string name, byte[] content) in DemoCorpus.Create(parsed.GetValue(seed)))
                {
                    File.WriteAllBytes(Path.Combine(target.FullName, name), content);
                    rows[name] = content.AsSpan().Count((byte)'\n');
                }

                Print(terminal, rows, parsed.GetValue(json));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new UserError($"{target.FullName} cannot be written: {e.Message}", ExitCodes.Failed, e);
            }

            return ExitCodes.Done;
        });
        return verb;
    }

    private static void Print(Terminal terminal, Dictionary<string, int> rows, bool json)
    {
        if (json)
        {
            terminal.Value(rows);
            return;
        }

        foreach ((string name, int count) in rows)
        {
            terminal.Line($"{name}: {Words.Count(count)} rows");
        }
    }
}
