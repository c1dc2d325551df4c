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

    [LoggerMessage(EventId = 20, Level = LogLevel.Error, Message = "A listener of run changes failed")]
    public static partial void RunListenerFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 21, Level = LogLevel.Information, Message = "Run {Run} started as process {Process}")]
    public static partial void RunStarted(ILogger logger, string run, int process);

    [LoggerMessage(EventId = 22, Level = LogLevel.Information, Message = "Run {Run} is followed on")]
    public static partial void RunTakenOver(ILogger logger, string run);

    [LoggerMessage(EventId = 23, Level = LogLevel.Information, Message = "Run {Run} has ended or went to another worker")]
    public static partial void RunEnded(ILogger logger, string run);

    [LoggerMessage(EventId = 24, Level = LogLevel.Error, Message = "Run {Run} could not be looked after this time")]
    public static partial void RunFaulted(ILogger logger, Exception exception, string run);

    [LoggerMessage(EventId = 25, Level = LogLevel.Error, Message = "The run worker could not do its round; it tries again")]
    public static partial void RunWorkerFaulted(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 26, Level = LogLevel.Warning, Message = "Run {Run}: {Lines} damaged lines of metrics.jsonl were passed over")]
    public static partial void RunMetricsDamaged(ILogger logger, string run, int lines);

    [LoggerMessage(EventId = 40, Level = LogLevel.Information, Message = "Model {Model} is loaded to answer")]
    public static partial void ModelStarting(ILogger logger, string model);

    [LoggerMessage(EventId = 41, Level = LogLevel.Information, Message = "Model {Model} is no longer loaded")]
    public static partial void ModelEnded(ILogger logger, string model);

    [LoggerMessage(EventId = 42, Level = LogLevel.Error, Message = "The generation worker could not go on; it tries again")]
    public static partial void GenerationWorkerFaulted(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 43, Level = LogLevel.Information, Message = "Generation {Job} ended as {State}")]
    public static partial void GenerationEnded(ILogger logger, int job, string state);
}
