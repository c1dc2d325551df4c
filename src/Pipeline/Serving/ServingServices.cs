using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Alignment.Pipeline.Serving;

/// <summary>What the messages that ask models need.</summary>
internal static class ServingServices
{
    /// <summary>Registers it; no model is loaded before somebody asks one.</summary>
    public static IServiceCollection AddServing(this IServiceCollection services)
    {
        services.TryAddSingleton(new ServePoolOptions());
        services.AddSingleton<ServePool>();
        services.AddSingleton<ModelAnswers>();
        return services;
    }
}
