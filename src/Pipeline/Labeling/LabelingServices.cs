using Alignment.Pipeline.Labeling.Mine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Alignment.Pipeline.Labeling;

/// <summary>What labeling needs beside the database.</summary>
internal static class LabelingServices
{
    public static void AddLabeling(this IServiceCollection services)
    {
        services.TryAddSingleton(new LabelingSettings());
        services.AddSingleton<Places>();
        services.AddSingleton<ChangeWindow>();
        services.AddSingleton<JudgmentWriter>();
        services.AddSingleton<OwnJudgments>();
    }
}
