using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Alignment.Shared.Runs;

/// <summary>One line of metrics.jsonl: the values of a step. A metric without rows is left out, never 0 or NaN.</summary>
/// <param name="Step">The optimizer step, from 1; 0 for what was measured before the first one.</param>
/// <param name="Attempt">1 for the first start, one more at each resume.</param>
/// <param name="Time">When the line was written (UTC).</param>
/// <param name="Values">The metrics by name (<see cref="MetricNames"/>), in the order in which they are written.</param>
public sealed record MetricRecord(int Step, int Attempt, DateTimeOffset Time, IReadOnlyDictionary<string, double> Values)
{
    private const string StepKey = "step", AttemptKey = "attempt", TimeKey = "time";

    /// <summary>The line as UTF-8, without its line feed.</summary>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public byte[] ToLine()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber(StepKey, Step);
            writer.WriteNumber(AttemptKey, Attempt);
            writer.WriteString(TimeKey, Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            foreach ((string name, double value) in Values)
            {
                if (!double.IsFinite(value))
                {
                    throw new ArgumentException($"metric {name} of step {Step} is {value}: leave it out", nameof(Values));
                }

                writer.WriteNumber(name, value);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a line; null when it is torn or no metrics line.</summary>
    public static MetricRecord? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            return reader.BytesConsumed == line.TrimEnd((byte)'\r').Length ? From(document.RootElement) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static MetricRecord From(JsonElement line)
    {
        var values = new OrderedDictionary<string, double>(StringComparer.Ordinal);
        foreach (JsonProperty property in line.EnumerateObject())
        {
            if (property.Name is not (StepKey or AttemptKey or TimeKey) && property.Value.ValueKind == JsonValueKind.Number)
            {
                values[property.Name] = property.Value.GetDouble();
            }
        }

        return new(
            line.GetProperty(StepKey).GetInt32(),
            line.GetProperty(AttemptKey).GetInt32(),
            line.GetProperty(TimeKey).GetDateTimeOffset(),
            values);
    }
}
