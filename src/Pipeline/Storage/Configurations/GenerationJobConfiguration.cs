using Alignment.Pipeline.Generations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Alignment.Pipeline.Storage.Configurations;

internal sealed class GenerationJobConfiguration : IEntityTypeConfiguration<GenerationJob>
{
    public void Configure(EntityTypeBuilder<GenerationJob> builder)
    {
        builder.Property(job => job.FileName).HasMaxLength(255);
        builder.Property(job => job.ModelA).HasMaxLength(200);
        builder.Property(job => job.ModelB).HasMaxLength(200);
        builder.Property(job => job.AskedBy).HasMaxLength(200);
        builder.Ignore(job => job.Sampling);
        builder.Ignore(job => job.Models);
        builder.HasOne(job => job.Project).WithMany().HasForeignKey(job => job.ProjectId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(job => job.State);
    }
}
