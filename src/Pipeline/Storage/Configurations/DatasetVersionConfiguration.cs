using Alignment.Pipeline.Datasets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Alignment.Pipeline.Storage.Configurations;

internal sealed class DatasetVersionConfiguration : IEntityTypeConfiguration<DatasetVersion>
{
    public void Configure(EntityTypeBuilder<DatasetVersion> builder)
    {
        builder.HasKey(dataset => dataset.Id);
        builder.Property(dataset => dataset.Id).HasMaxLength(200);
        builder.Property(dataset => dataset.Kind).HasMaxLength(32);
        builder.Property(dataset => dataset.ContentHash).HasMaxLength(64);
        builder.HasOne(dataset => dataset.Project).WithMany().HasForeignKey(dataset => dataset.ProjectId).OnDelete(DeleteBehavior.Restrict);
    }
}
