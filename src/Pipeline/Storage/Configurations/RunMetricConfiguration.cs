using Alignment.Pipeline.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Alignment.Pipeline.Storage.Configurations;

internal sealed class RunMetricConfiguration : IEntityTypeConfiguration<RunMetric>
{
    public void Configure(EntityTypeBuilder<RunMetric> builder)
    {
        builder.HasKey(metric => new { metric.RunId, metric.Offset });
        builder.Property(metric => metric.RunId).HasMaxLength(200);
        builder.HasOne<Run>().WithMany().HasForeignKey(metric => metric.RunId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(metric => new { metric.RunId, metric.Step });
    }
}
