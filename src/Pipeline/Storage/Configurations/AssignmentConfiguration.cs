using Alignment.Pipeline.Labeling;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Alignment.Pipeline.Storage.Configurations;

internal sealed class AssignmentConfiguration : IEntityTypeConfiguration<Assignment>
{
    public void Configure(EntityTypeBuilder<Assignment> builder)
    {
        builder.Property(assignment => assignment.AnnotatorId).HasMaxLength(200);
        builder.Property(assignment => assignment.Token).HasMaxLength(32);
        builder.HasOne(assignment => assignment.Item).WithMany(item => item.Assignments).HasForeignKey(assignment => assignment.ItemId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne(assignment => assignment.Judgment).WithMany().HasForeignKey(assignment => assignment.JudgmentId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(assignment => new { assignment.ItemId, assignment.AnnotatorId }).IsUnique();
        builder.HasIndex(assignment => assignment.Token).IsUnique();
        builder.HasIndex(assignment => new { assignment.AnnotatorId, assignment.State });
    }
}
