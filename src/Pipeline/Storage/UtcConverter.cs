using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Alignment.Pipeline.Storage;

/// <summary>Times are UTC on both sides of the database; a local or unspecified time is refused.</summary>
internal sealed class UtcConverter() : ValueConverter<DateTime, DateTime>(time => Require(time), time => DateTime.SpecifyKind(time, DateTimeKind.Utc))
{
    private static DateTime Require(DateTime time) => time.Kind == DateTimeKind.Utc
        ? time
        : throw new InvalidOperationException($"a time of kind {time.Kind} cannot be stored: use UTC");
}
