using Alignment.Pipeline.Generations.Worker;

namespace Alignment.Labeling.Web.Start;

/// <summary>Works off the files of prompts while the app runs.</summary>
internal sealed class GenerationHost(IGenerationWorker worker) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => worker.RunAsync(stoppingToken);
}
