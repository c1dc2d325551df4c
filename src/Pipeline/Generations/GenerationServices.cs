using Alignment.Pipeline.Generations.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Alignment.Pipeline.Generations;

/// <summary>What the messages about jobs and their worker need.</summary>
internal static class GenerationServices
{
    /// <summary>Registers it; nothing is asked before somebody calls <see cref="IGenerationWorker.RunAsync"/>.</summary>
    public static IServiceCollection AddGenerations(this IServiceCollection services)
    {
        services.TryAddSingleton(new GenerationOptions());
        services.AddSingleton<GenerationSignals>();
        services.AddSingleton<GenerationStore>();
        services.AddSingleton<IGenerationWorker, GenerationWorker>();
        return services;
    }
}
