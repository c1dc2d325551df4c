using Alignment.Pipeline.Items;
using Alignment.Shared.Preferences;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Alignment.Pipeline.Storage.Configurations;

internal sealed class ItemConfiguration : IEntityTypeConfiguration<Item>
{
    public void Configure(EntityTypeBuilder<Item> builder)
    {
        builder.Property(item => item.Prompt).HasConversion(
            turns => MessagesJson.Write(turns),
            json => MessagesJson.Read(json),
            new ValueComparer<IReadOnlyList<Message>>(
                (a, b) => a!.SequenceEqual(b!),
                turns => turns.Aggregate(0, (hash, turn) => HashCode.Combine(hash, turn)),
                turns => turns));
        builder.Property(item => item.PromptId).HasMaxLength(64);
        builder.Property(item => item.ContentHash).HasMaxLength(64);
        builder.HasOne(item => item.Project).WithMany(project => project.Items).HasForeignKey(item => item.ProjectId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(item => new { item.ProjectId, item.ContentHash }).IsUnique();
        builder.HasIndex(item => new { item.ProjectId, item.PromptId });
        builder.HasIndex(item => new { item.ProjectId, item.Kind, item.ContentHash });
    }
}
