using Alignment.Pipeline.Runs.Check;
using Alignment.Pipeline.Runs.Devices;
using Alignment.Pipeline.Runs.Estimate;
using Alignment.Pipeline.Runs.Models;
using Alignment.Pipeline.Runs.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Alignment.Pipeline.Runs;

/// <summary>What the messages about runs and the worker need.</summary>
internal static class RunServices
{
    /// <summary>Registers them; nothing runs before somebody calls <see cref="IRunWorker.RunAsync"/>.</summary>
    public static IServiceCollection AddRuns(this IServiceCollection services)
    {
        services.TryAddSingleton(new Lazy<AlignCommand>(() => AlignCommand.Find(AppContext.BaseDirectory), LazyThreadSafetyMode.PublicationOnly)); // keeps no error
        services.TryAddSingleton(new RunWorkerOptions());
        services.AddSingleton<IRunEvents, RunEvents>();
        services.AddSingleton<AlignQuery>();
        services.AddSingleton<RunYamlCheck>();
        services.AddSingleton<RunQueue>();
        services.AddSingleton<DeviceProbe>();
        services.AddSingleton<ModelShelf>();
        services.AddSingleton<ModelSizing>();
        services.AddSingleton<PastSpeed>();
        services.AddSingleton<RunEstimator>();
        services.AddSingleton<WorkerIdentity>();
        services.AddSingleton<RunClaims>();
        services.AddSingleton<RunLauncher>();
        services.AddSingleton<MetricsFollower>();
        services.AddSingleton<OwnedRuns>();
        services.AddSingleton<RunLiveness>();
        services.AddSingleton<StopPressure>();
        services.AddSingleton<RunWatcher>();
        services.AddSingleton<RunAdoption>();
        services.AddSingleton<RunRound>();
        services.AddSingleton<IRunWorker, RunWorker>();
        return services;
    }
}
