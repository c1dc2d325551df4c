using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Alignment.Pipeline.Cli;

/// <summary>
/// What verbs print with: answers on standard output, everything else on standard error; bordered and coloured on a
/// terminal, plain lines elsewhere; one JSON value for programs (<c>--json</c>).
/// </summary>
/// <param name="output">Standard output.</param>
/// <param name="error">Standard error.</param>
/// <param name="isOutputTerminal">True when people look at the output.</param>
/// <param name="isErrorTerminal">True when people look at the errors.</param>
public sealed class Terminal(TextWriter output, TextWriter error, bool isOutputTerminal, bool isErrorTerminal)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>Standard output.</summary>
    public TextWriter Output { get; } = output;

    /// <summary>Standard error.</summary>
    public TextWriter Error { get; } = error;

    /// <summary>True when progress may be drawn on standard error.</summary>
    public bool IsErrorTerminal { get; } = isErrorTerminal;

    /// <summary>The rich console on standard error.</summary>
    public IAnsiConsole RichError => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Error) });

    /// <summary>The streams of this process.</summary>
    public static Terminal OfProcess() => new(Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected);

    /// <summary>A line of the answer.</summary>
    public void Line(string text = "") => Output.WriteLine(text);

    /// <summary>A line beside the answer.</summary>
    public void Note(string text) => Error.WriteLine(text);

    /// <summary>An error.</summary>
    public void Fail(string text)
    {
        if (IsErrorTerminal)
        {
            RichError.MarkupLine($"[red]error:[/] {Markup.Escape(text)}");
        }
        else
        {
            Error.WriteLine($"error: {text}");
        }
    }

    /// <summary>The answer as one JSON value.</summary>
    public void Value<T>(T value) => Output.WriteLine(JsonSerializer.Serialize(value, Json));

    /// <summary>A table: bordered on a terminal, else columns padded with spaces.</summary>
    public void Table(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        if (isOutputTerminal)
        {
            Table table = new Table().Border(TableBorder.Rounded);
            foreach (string column in header)
            {
                table.AddColumn(Markup.Escape(column));
            }

            foreach (IReadOnlyList<string> row in rows)
            {
                table.AddRow([.. row.Select(Markup.Escape)]);
            }

            AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Output) }).Write(table);
            return;
        }

        int[] widths = [.. header.Select((column, i) => rows.Select(row => row[i].Length).Append(column.Length).Max())];
        foreach (IReadOnlyList<string> row in rows.Prepend(header))
        {
            Line(string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
        }
    }
}
