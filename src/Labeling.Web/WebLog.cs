namespace Alignment.Labeling.Web;

/// <summary>What the app logs.</summary>
internal static partial class WebLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "fault {Id}")]
    public static partial void Fault(ILogger logger, Exception exception, string id);
}
