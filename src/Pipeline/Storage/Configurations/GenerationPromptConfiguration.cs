using System.Text.Json;
using Alignment.Pipeline.Generations;
using Alignment.Pipeline.Serving.Add;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Alignment.Pipeline.Storage.Configurations;

internal sealed class GenerationPromptConfiguration : IEntityTypeConfiguration<GenerationPrompt>
{
    public void Configure(EntityTypeBuilder<GenerationPrompt> builder)
    {
        builder.Property(prompt => prompt.Prompt).HasConversion(turns => MessagesJson.Write(turns), json => MessagesJson.Read(json), Same<Shared.Preferences.Message>());
        builder.Property(prompt => prompt.Answers).HasConversion(
            answers => JsonSerializer.Serialize(answers, JsonSerializerOptions.Default),
            json => JsonSerializer.Deserialize<List<ModelAnswer>>(json, JsonSerializerOptions.Default)!,
            Same<ModelAnswer>());
        builder.HasOne(prompt => prompt.Job).WithMany(job => job.Prompts).HasForeignKey(prompt => prompt.JobId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(prompt => new { prompt.JobId, prompt.Line }).IsUnique();
        builder.HasIndex(prompt => new { prompt.JobId, prompt.State, prompt.Line });
    }

    private static ValueComparer<IReadOnlyList<T>> Same<T>() => new(
        (a, b) => a!.SequenceEqual(b!),
        list => list.Aggregate(0, (hash, one) => HashCode.Combine(hash, one)),
        list => list);
}
