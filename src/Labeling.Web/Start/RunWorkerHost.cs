using Alignment.Pipeline.Runs.Worker;

namespace Alignment.Labeling.Web.Start;

/// <summary>The run worker for as long as the app lives. Runs are processes of their own: they go on when the app ends, and its next start finds them again.</summary>
internal sealed class RunWorkerHost(IRunWorker worker) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => worker.RunAsync(stoppingToken);
}
