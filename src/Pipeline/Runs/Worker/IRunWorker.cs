namespace Alignment.Pipeline.Runs.Worker;

/// <summary>
/// Starts the runs that wait, one per device at a time, and follows them until they end. A run is a process of its own that the
/// worker does not need: when the worker ends, the run goes on, and the next worker finds it again.
/// </summary>
public interface IRunWorker
{
    /// <summary>Works until it is told to end; the runs go on. The database must be open (<see cref="Storage.IDatabaseStartup"/>).</summary>
    Task RunAsync(CancellationToken stop);
}
