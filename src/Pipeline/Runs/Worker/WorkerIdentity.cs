using Alignment.Shared.Runs;

namespace Alignment.Pipeline.Runs.Worker;

/// <summary>Who a worker is: the runs that it looks after carry this.</summary>
internal sealed class WorkerIdentity
{
    /// <summary>Different for each worker, also of one process.</summary>
    public string Token { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The machine.</summary>
    public string Host { get; } = Environment.MachineName;

    /// <summary>The process.</summary>
    public ProcessIdentity Process { get; } = ProcessIdentity.OfThisProcess();
}
