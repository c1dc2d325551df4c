using System.CommandLine;
using System.Text;

using Alignment.Data;
using Alignment.Shared.Runs;
using Alignment.Shared.Snapshots;
using Alignment.Tokenization;
using Alignment.Training;

using Spectre.Console;

namespace Alignment.Cli;

/// <summary><c>align data preview run.yaml</c>: rows as tokens, coloured by what is learned.</summary>
internal static class DataPreviewCommand
{
    public static Command Create()
    {
        var data = new Command("data", "Looks at training data.");
        data.Subcommands.Add(Preview());
        return data;
    }

    /// <summary>One sequence as marked text: learned tokens green, or between « and » where there are no colours; tokens end at a ·.</summary>
    internal static string Describe(Tokenizer tokenizer, EncodedSequence sequence, bool colours)
    {
        var text = new StringBuilder();
        for (int t = 0; t < sequence.Ids.Length; t++)
        {
            bool learned = sequence.Mask[t] && t > 0;
            string token = Visible(tokenizer.Decode([sequence.Ids[t]], skipSpecialTokens: false));
            text.Append(colours ? $"[{Colour(learned, t)}]{Markup.Escape(token)}[/]"
                : learned ? $"«{token}»" : token + "·");
        }

        return text.ToString();
    }

    private static Command Preview()
    {
        var file = new Argument<string>("RUN_YAML") { Description = "The run.yaml whose rows are shown." };
        var rows = new Option<int>("--rows") { Description = "How many rows.", DefaultValueFactory = _ => 3 };
        Option<string> folder = DataFolder.Option();
        var command = new Command(
            "preview", "Shows rows as the trainer sees them: token by token, with what is learned, what is dropped and what is wrong.\n\nExample: align data preview run.yaml --rows 5")
        { file, rows, folder };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(file), parsed.GetValue(rows), Shared.DataFolder.Resolve(parsed.GetValue(folder))));
        return command;
    }

    private static void Run(string file, int count, Shared.DataFolder folder)
    {
        var spec = RunSpecYaml.Load(file);
        using var inputs = RunInputs.Open(spec, Path.GetDirectoryName(Path.GetFullPath(file))!, folder);
        var rows = RunRows.Encode(spec, inputs.Model, inputs.Data, SnapshotSplit.Train);
        for (int row = 0; row < Math.Min(count, rows.Set.Count); row++)
        {
            Show(rows.Set, row, inputs.Model.Tokenizer);
        }

        Output.Line($"{rows.Set.Count} rows, {rows.Dropped.Count} dropped; learned tokens are {(Output.IsTerminal ? "green" : "between « and »")}");
        foreach (DroppedRow dropped in rows.Dropped)
        {
            Output.Line($"dropped {dropped.Id} (line {dropped.Line}): {dropped.Reason}");
        }

        foreach (ControlTokenFinding found in rows.ControlTokens)
        {
            Output.Warning($"the control token {found.Token} stands in the text of {string.Join(", ", found.Rows)}");
        }

        StepZeroAudit.CheckRows(rows.Problems);
    }

    private static void Show(IRowSet set, int row, Tokenizer tokenizer)
    {
        Output.Line(set.Name(row));
        (string Name, EncodedSequence Sequence)[] sequences = set switch
        {
            PairSet pairs => [("chosen", pairs.Pairs[row].Chosen), ("rejected", pairs.Pairs[row].Rejected)],
            CompletionSet single => [("row", single.Rows[row].Sequence)],
            _ => [],
        };
        foreach ((string name, EncodedSequence sequence) in sequences)
        {
            Output.Line($"  {name}: {sequence.Ids.Length} tokens, {sequence.Predicted} learned");
            string text = Describe(tokenizer, sequence, Output.IsTerminal);
            if (Output.IsTerminal)
            {
                AnsiConsole.MarkupLine(text);
            }
            else
            {
                Output.Line("  " + text);
            }
        }
    }

    // Neighbours differ, so that the eye sees where a token ends.
    private static string Colour(bool learned, int token) => (learned, token % 2 == 0) switch
    {
        (true, true) => "black on green",
        (true, false) => "black on lime",
        (false, true) => "grey",
        (false, false) => "silver",
    };

    private static string Visible(string token) => token.Replace("\n", "⏎", StringComparison.Ordinal).Replace("\t", "⇥", StringComparison.Ordinal);
}
