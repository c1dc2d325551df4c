using Alignment.Pipeline.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Alignment.Pipeline.Storage.Configurations;

internal sealed class RunConfiguration : IEntityTypeConfiguration<Run>
{
    public void Configure(EntityTypeBuilder<Run> builder)
    {
        builder.Property(run => run.Id).HasMaxLength(200);
        builder.Property(run => run.Trainer).HasMaxLength(32);
        builder.Property(run => run.Device).HasMaxLength(32);
        builder.Property(run => run.AskedBy).HasMaxLength(200);
        builder.Property(run => run.Owner).HasMaxLength(32);
        builder.Property(run => run.OwnerHost).HasMaxLength(255);
        builder.Ignore(run => run.IsActive);
        builder.HasIndex(run => new { run.State, run.Device, run.QueueOrder });
        builder.HasIndex(run => run.CreatedAt);
    }
}
