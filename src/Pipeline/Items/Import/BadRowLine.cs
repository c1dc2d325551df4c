using System.Text.Encodings.Web;
using System.Text.Json;

namespace Alignment.Pipeline.Items.Import;

/// <summary>Rows that cannot be imported as lines of a report: one JSON object per line, or comma-separated values.</summary>
public static class BadRowLine
{
    /// <summary>The first line of comma-separated values.</summary>
    public const string CsvHeader = "line,code,reason";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The row as JSON.</summary>
    public static string Json(BadRow row) => JsonSerializer.Serialize(row, Options);

    /// <summary>The row of a line of JSON.</summary>
    public static BadRow Read(string json) => JsonSerializer.Deserialize<BadRow>(json, Options)!;

    /// <summary>The row as comma-separated values (RFC 4180).</summary>
    public static string Csv(BadRow row) => FormattableString.Invariant($"{row.Line},{row.Code},\"{row.Reason.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
}
