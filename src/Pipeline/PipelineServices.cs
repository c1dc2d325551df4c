using Alignment.Pipeline.Datasets;
using Alignment.Pipeline.Items.Import;
using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Messaging;
using Alignment.Pipeline.Storage;
using Alignment.Pipeline.Storage.Sqlite;
using Alignment.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Alignment.Pipeline;

/// <summary>Everything that a process needs to send this assembly's messages.</summary>
public static class PipelineServices
{
    /// <summary>
    /// Registers database, messages, validators and behaviours on a data folder. Call <see cref="IDatabaseStartup.OpenAsync"/>
    /// once before the first message.
    /// </summary>
    /// <param name="services">Where to register.</param>
    /// <param name="folder">The data folder.</param>
    public static IServiceCollection AddPipeline(this IServiceCollection services, DataFolder folder)
    {
        // Without it a gzip file that was cut off ends as if it were whole.
        AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(folder);
        services.AddDbContextFactory<SqliteAlignmentDb>(options => SqliteAlignmentDb.Configure(options, folder.Database));
        services.AddSingleton<IDbContextFactory<AlignmentDb>, ContextFactory<SqliteAlignmentDb>>();
        services.AddSingleton<IDatabaseStartup, SqliteStartup>();
        services.AddSingleton<Transactions>();
        services.AddSingleton<BatchWriter>();
        services.AddSingleton<DatasetCatalog>();
        services.AddSingleton<Places>();
        return services.AddMessages(typeof(PipelineServices).Assembly, typeof(TimingBehavior<,>), typeof(ValidationBehavior<,>));
    }
}
