using System.Buffers;
using System.Collections.Concurrent;
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
    private const int UsualMetrics = 24;
    private const int LongestKnownName = 64;
    private const int MostKnownNames = 1000;

    private static readonly ConcurrentDictionary<string, string> Names = new(StringComparer.Ordinal);

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
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && From(ref reader) is { } record && !reader.Read() ? record : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static MetricRecord? From(ref Utf8JsonReader reader)
    {
        var values = new OrderedDictionary<string, double>(UsualMetrics, StringComparer.Ordinal);
        (int? step, int? attempt, DateTimeOffset? time) = (null, null, null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = NameOf(ref reader);
            reader.Read();
            switch (name)
            {
                case StepKey:
                    step = reader.GetInt32();
                    break;
                case AttemptKey:
                    attempt = reader.GetInt32();
                    break;
                case TimeKey:
                    time = reader.GetDateTimeOffset();
                    break;
                case not null when reader.TokenType == JsonTokenType.Number:
                    values[name] = reader.GetDouble();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return step is int number && attempt is int which && time is DateTimeOffset when ? new(number, which, when, values) : null;
    }

    // A long run says the same few names tens of thousands of times: one string serves them all.
    private static string NameOf(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped || reader.ValueSpan.Length > LongestKnownName)
        {
            return reader.GetString()!;
        }

        Span<char> buffer = stackalloc char[LongestKnownName];
        ReadOnlySpan<char> name = buffer[..reader.CopyString(buffer)];
        if (Names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out string? known))
        {
            return known;
        }

        string made = new(name);
        if (Names.Count < MostKnownNames)
        {
            Names.TryAdd(made, made);
        }

        return made;
    }
}
