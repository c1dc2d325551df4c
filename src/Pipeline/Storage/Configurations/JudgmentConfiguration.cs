using Alignment.Pipeline.Labeling;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Alignment.Pipeline.Storage.Configurations;

internal sealed class JudgmentConfiguration : IEntityTypeConfiguration<Judgment>
{
    public void Configure(EntityTypeBuilder<Judgment> builder)
    {
        builder.Property(judgment => judgment.Verdict).HasMaxLength(16);
        builder.Property(judgment => judgment.LabelerId).HasMaxLength(200);
        builder.Property(judgment => judgment.LabelerVersion).HasMaxLength(200);
        builder.Property(judgment => judgment.IdempotencyKey).HasMaxLength(200);
        builder.HasOne(judgment => judgment.Item).WithMany(item => item.Judgments).HasForeignKey(judgment => judgment.ItemId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne(judgment => judgment.Revises).WithMany().HasForeignKey(judgment => judgment.RevisesId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(judgment => judgment.IdempotencyKey).IsUnique();
        builder.ToTable(table =>
        {
            table.HasCheckConstraint("CK_Judgments_P", "\"P\" IS NULL OR (\"P\" >= 0 AND \"P\" <= 1)");
            table.HasCheckConstraint("CK_Judgments_Score", "\"Score\" IS NULL OR (\"Score\" >= 1 AND \"Score\" <= 10)");
            table.HasCheckConstraint("CK_Judgments_Said", "(\"Verdict\" IS NULL) <> (\"Score\" IS NULL)");
        });
    }
}
