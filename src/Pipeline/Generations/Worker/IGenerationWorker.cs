namespace Alignment.Pipeline.Generations.Worker;

/// <summary>Works the jobs off, the oldest first. A prompt is asked again only when the process ended before its answers were stored.</summary>
public interface IGenerationWorker
{
    /// <summary>Works until it is told to end. The database must be open (<see cref="Storage.IDatabaseStartup"/>).</summary>
    Task RunAsync(CancellationToken stop);
}
