namespace Alignment.Labeling.Web.Imports;

/// <summary>What the import page needs.</summary>
internal static class ImportServices
{
    public static void AddImports(this IServiceCollection services, long maxUploadBytes)
    {
        services.AddSingleton(new UploadLimit(maxUploadBytes));
        services.AddSingleton<Uploads>();
        services.AddHostedService(provider => provider.GetRequiredService<Uploads>());
        services.AddSingleton<ImportJobs>();
    }
}
