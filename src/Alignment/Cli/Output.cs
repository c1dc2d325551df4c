using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

using Spectre.Console;

namespace Alignment.Cli;

/// <summary>
/// What verbs print with: answers on standard output, everything else on standard error; coloured on a terminal and plain
/// lines elsewhere; one JSON value for programs (<c>--json</c>).
/// </summary>
public static class Output
{
    /// <summary>snake_case names, NaN and infinities as strings, non-ASCII as it is.</summary>
    public static JsonSerializerOptions JsonOptions { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>A new option <c>--json</c>.</summary>
    public static Option<bool> JsonOption() => new("--json") { Description = "Print one JSON value instead of text." };

    /// <summary>True when standard output is a terminal.</summary>
    public static bool IsTerminal => !Console.IsOutputRedirected;

    /// <summary>True when standard error is a terminal.</summary>
    public static bool IsErrorTerminal => !Console.IsErrorRedirected;

    /// <summary>Columns of the terminal; 0 when it does not say.</summary>
    public static int ErrorWidth
    {
        get
        {
            try
            {
                return Console.WindowWidth;
            }
            catch (IOException)
            {
                return 0;
            }
        }
    }

    /// <summary>True when standard error goes into this very file.</summary>
    public static bool ErrorGoesTo(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, System.IO.FileShare.ReadWrite | System.IO.FileShare.Delete);
            return Target(2) is string error && error == Target(file.SafeFileHandle.DangerousGetHandle());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // no such file, or a system that does not say what a handle is
        }

        static string? Target(nint handle) => File.ResolveLinkTarget(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{handle}"), returnFinalTarget: false)?.FullName;
    }

    /// <summary>The rich console on standard error, for progress.</summary>
    public static IAnsiConsole Rich => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>One line on standard output.</summary>
    public static void Line(string text = "") => Console.Out.WriteLine(text);

    /// <summary>One line on standard error.</summary>
    public static void Note(string text) => Console.Error.WriteLine(text);

    /// <summary>A warning on standard error.</summary>
    public static void Warning(string text) => Labelled("warning", "yellow", text);

    /// <summary>An error on standard error.</summary>
    public static void Error(string text) => Labelled("error", "red", text);

    /// <summary>A value as indented JSON on standard output.</summary>
    public static void Json<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, JsonOptions));

    /// <summary>A table on standard output: bordered on a terminal, else columns padded with spaces.</summary>
    /// <param name="header">names of the columns; all empty for a list of facts without a header line</param>
    /// <param name="rows">cells</param>
    public static void Table(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        bool facts = header.All(string.IsNullOrEmpty);
        if (IsTerminal)
        {
            Table table = new Table { ShowHeaders = !facts }.Border(TableBorder.Rounded);
            foreach (string column in header)
            {
                table.AddColumn(Markup.Escape(column));
            }

            foreach (IReadOnlyList<string> row in rows)
            {
                table.AddRow([.. row.Select(Markup.Escape)]);
            }

            AnsiConsole.Write(table);
            return;
        }

        int[] widths = [.. header.Select((column, i) => Math.Max(column.Length, rows.Count == 0 ? 0 : rows.Max(row => row[i].Length)))];
        foreach (IReadOnlyList<string> row in facts ? rows : rows.Prepend(header))
        {
            Line(string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
        }
    }

    private static void Labelled(string label, string colour, string text)
    {
        if (IsErrorTerminal)
        {
            Rich.Markup($"[{colour}]{label}:[/] ");
            Console.Error.WriteLine(text);
        }
        else
        {
            Console.Error.WriteLine($"{label}: {text}");
        }
    }
}
