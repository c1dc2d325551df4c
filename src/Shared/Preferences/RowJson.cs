using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Alignment.Shared.Preferences;

/// <summary>
/// Rows as lines of JSON: UTF-8 without a byte-order mark, LF, snake_case columns in the records' order, no nulls, the same
/// keys and types in each row. Invalid Unicode is refused on writing and on reading.
/// </summary>
public static class RowJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        Converters = { new DecimalPoint() },
    };

    /// <summary>A row as one line, without the line feed.</summary>
    /// <exception cref="UserError">A text of the row is missing or no valid Unicode, or a number is not finite.</exception>
    public static byte[] Write(IRow row)
    {
        RowCheck.Require(row);
        return JsonSerializer.SerializeToUtf8Bytes(row, row.GetType(), Options);
    }

    /// <summary>Reads one line.</summary>
    /// <param name="line">The line, without its line feed.</param>
    /// <param name="where">File and line number, for the message.</param>
    /// <exception cref="UserError">The line is no such row.</exception>
    public static TRow Read<TRow>(ReadOnlySpan<byte> line, string where)
        where TRow : IRow => (TRow)Read(typeof(TRow), line, where);

    /// <summary>Reads one line as a row of a type.</summary>
    public static IRow Read(Type type, ReadOnlySpan<byte> line, string where)
    {
        try
        {
            IRow row = (IRow?)JsonSerializer.Deserialize(line, type, Options) ?? throw new JsonException("null is no row");
            RowCheck.Require(row);
            return row;
        }
        catch (JsonException e)
        {
            throw new UserError($"{where}: not a row of kind {type.Name.Replace("Row", "", StringComparison.Ordinal).ToLowerInvariant()}: {e.Message}", inner: e);
        }
        catch (Exception e) when (e is InvalidOperationException or DecoderFallbackException or UserError)
        {
            throw new UserError($"{where}: {e.Message}", inner: e);
        }
    }

    // 2 is written as 2.0: readers that take a column's type from its first rows must not see integers there.
    private sealed class DecimalPoint : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            string text = value.ToString("R", CultureInfo.InvariantCulture);
            writer.WriteRawValue(text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text);
        }
    }
}
