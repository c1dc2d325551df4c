using Microsoft.Extensions.Logging;

namespace Alignment.Pipeline;

/// <summary>Every log event of this assembly: names, ids, counts and durations, never what people wrote.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "{Message} done in {Milliseconds:F1} ms")]
    public static partial void MessageDone(ILogger logger, string message, double milliseconds);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "{Message} failed after {Milliseconds:F1} ms with {Error}")]
    public static partial void MessageFailed(ILogger logger, string message, double milliseconds, string error);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "A write lost a race for a unique key and is repeated (attempt {Attempt})")]
    public static partial void WriteRepeated(ILogger logger, int attempt);
}
