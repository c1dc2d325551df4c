using Alignment.Pipeline.Datasets;
using Alignment.Pipeline.Generations;
using Alignment.Pipeline.Items.Import;
using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Messaging;
using Alignment.Pipeline.People;
using Alignment.Pipeline.Runs;
using Alignment.Pipeline.Serving;
using Alignment.Pipeline.Storage;
using Alignment.Pipeline.Storage.Sqlite;
using Alignment.Shared;
using Microsoft.AspNetCore.Identity;
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
    /// <param name="actor">Who sends messages unless a scope's <see cref="CurrentActor"/> says otherwise; null for nobody.</param>
    public static IServiceCollection AddPipeline(this IServiceCollection services, DataFolder folder, Actor? actor = null)
    {
        // Without it a gzip file that was cut off ends as if it were whole.
        AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(folder);
        services.AddDbContextFactory<SqliteAlignmentDb>(options => SqliteAlignmentDb.Configure(options, folder.Database));
        services.AddSingleton<IDbContextFactory<AlignmentDb>, ContextFactory<SqliteAlignmentDb>>();
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<AlignmentDb>>().CreateDbContext());
        services.AddSingleton<IDatabaseStartup, SqliteStartup>();
        services.AddScoped(_ => new CurrentActor { Actor = actor });
        services.AddIdentityCore<Person>(PasswordRules).AddRoles<IdentityRole>().AddEntityFrameworkStores<AlignmentDb>().AddTokenProvider<ResetTokens>(TokenOptions.DefaultProvider);
        services.AddSingleton<Transactions>();
        services.AddSingleton<BatchWriter>();
        services.AddSingleton<DatasetCatalog>();
        services.AddLabeling();
        services.AddRuns();
        services.AddServing();
        services.AddGenerations();
        return services.AddMessages(typeof(PipelineServices).Assembly, typeof(TimingBehavior<,>), typeof(RoleBehavior<,>), typeof(ValidationBehavior<,>));
    }

    // Length is what makes a password hard to guess; rules about kinds of characters only make it hard to remember.
    private static void PasswordRules(IdentityOptions options)
    {
        options.Password.RequiredLength = 10;
        options.Password.RequiredUniqueChars = 5;
        options.Password.RequireDigit = options.Password.RequireLowercase = options.Password.RequireUppercase = options.Password.RequireNonAlphanumeric = false;
        options.Lockout.MaxFailedAccessAttempts = 5;
        options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
    }
}
