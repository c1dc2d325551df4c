using Alignment.Pipeline.People;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Alignment.Pipeline.Storage.Configurations;

internal sealed class SignInLinkConfiguration : IEntityTypeConfiguration<SignInLink>
{
    public void Configure(EntityTypeBuilder<SignInLink> builder)
    {
        builder.Property(link => link.TokenHash).HasMaxLength(64);
        builder.Property(link => link.Roles).HasMaxLength(100);
        builder.HasIndex(link => link.TokenHash).IsUnique();
        builder.HasOne<Person>().WithMany().HasForeignKey(link => link.PersonId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>The roles are there with the tables: nobody makes further ones.</summary>
internal sealed class RoleConfiguration : IEntityTypeConfiguration<IdentityRole>
{
    public void Configure(EntityTypeBuilder<IdentityRole> builder) => builder.HasData(
        [.. Role.All.Select(role => new IdentityRole { Id = role, Name = role, NormalizedName = role.ToUpperInvariant(), ConcurrencyStamp = role })]);
}
