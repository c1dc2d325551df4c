using Microsoft.Extensions.Logging;

namespace Alignment.Serving;

/// <summary>Every log event of the server: names, counts and durations, never what people wrote.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Generation failed; all requests in work were ended with an error")]
    public static partial void GenerationFailed(ILogger logger, Exception error);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "{Method} {Route} failed")]
    public static partial void RequestFailed(ILogger logger, string method, string route, Exception error);
}
