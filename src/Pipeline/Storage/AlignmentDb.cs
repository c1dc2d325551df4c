using Alignment.Pipeline.Datasets;
using Alignment.Pipeline.Generations;
using Alignment.Pipeline.Items;
using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.People;
using Alignment.Pipeline.Projects;
using Alignment.Pipeline.Runs;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Storage;

/// <summary>
/// The database as handlers see it, whatever the provider. A provider is a derived context that owns its migrations;
/// handlers take <c>IDbContextFactory&lt;AlignmentDb&gt;</c> and open one context per operation.
/// </summary>
public abstract class AlignmentDb(DbContextOptions options) : IdentityDbContext<Person, IdentityRole, string>(options)
{
    /// <summary>All projects.</summary>
    public DbSet<Project> Projects => Set<Project>();

    /// <summary>All items.</summary>
    public DbSet<Item> Items => Set<Item>();

    /// <summary>All judgments; only ever added to.</summary>
    public DbSet<Judgment> Judgments => Set<Judgment>();

    /// <summary>Who works or worked on which item.</summary>
    public DbSet<Assignment> Assignments => Set<Assignment>();

    /// <summary>Invitations and links for a new password, used ones too.</summary>
    public DbSet<SignInLink> Links => Set<SignInLink>();

    /// <summary>All frozen datasets.</summary>
    public DbSet<DatasetVersion> Datasets => Set<DatasetVersion>();

    /// <summary>All training runs.</summary>
    public DbSet<Run> Runs => Set<Run>();

    /// <summary>The metrics of all runs.</summary>
    public DbSet<RunMetric> RunMetrics => Set<RunMetric>();

    /// <summary>Files of prompts that models answer.</summary>
    public DbSet<GenerationJob> Generations => Set<GenerationJob>();

    /// <summary>The prompts of those files.</summary>
    public DbSet<GenerationPrompt> GenerationPrompts => Set<GenerationPrompt>();

    /// <inheritdoc/>
    public override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        RefuseChangedJudgments();
        return base.SaveChanges(acceptAllChangesOnSuccess);
    }

    /// <inheritdoc/>
    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        RefuseChangedJudgments();
        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(AlignmentDb).Assembly);
    }

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcConverter>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(16);
    }

    private void RefuseChangedJudgments()
    {
        if (ChangeTracker.Entries<Judgment>().FirstOrDefault(entry => entry.State is EntityState.Modified or EntityState.Deleted) is { } changed)
        {
            throw new InvalidOperationException($"judgment {changed.Entity.Id} was changed, but judgments are append-only: add one that revises it");
        }
    }
}
