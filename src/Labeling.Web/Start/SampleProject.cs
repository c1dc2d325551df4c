using Alignment.Pipeline.Items.Import;
using Alignment.Pipeline.Projects.List;
using Alignment.Shared;
using MediatR;

namespace Alignment.Labeling.Web.Start;

/// <summary>
/// What a new data folder begins with: the demo model, and a project of the demo corpus with labeled pairs to train on and
/// others, and single answers, to label.
/// </summary>
internal sealed class SampleProject(DataFolder folder)
{
    /// <summary>The project's name, and the model's.</summary>
    public const string Name = "demo";

    private static string Data => Path.Combine(AppContext.BaseDirectory, "data");

    /// <summary>Makes them where the folder has no project yet.</summary>
    /// <returns>True when it made them.</returns>
    public async Task<bool> AddAsync(IMediator mediator, CancellationToken cancellationToken)
    {
        if ((await mediator.Send(new ListProjects(), cancellationToken)).Count > 0)
        {
            return false;
        }

        CopyModel();
        foreach (string file in new[] { "pairs.jsonl", "singles.jsonl", "unlabeled-pairs.jsonl", "unlabeled-singles.jsonl" })
        {
            await using FileStream content = File.OpenRead(Path.Combine(Data, "demo", file));
            await mediator.Send(new ImportRows { Content = content, FileName = file, Project = Name }, cancellationToken);
        }

        return true;
    }

    // Copied beside and renamed: a start that was killed leaves no half model.
    private void CopyModel()
    {
        string target = Path.Combine(folder.Models, Name), temporary = target + ".tmp";
        if (Directory.Exists(target))
        {
            return;
        }

        if (Directory.Exists(temporary))
        {
            Directory.Delete(temporary, recursive: true);
        }

        Directory.CreateDirectory(temporary);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Data, "models", Name)))
        {
            File.Copy(file, Path.Combine(temporary, Path.GetFileName(file)));
        }

        Directory.Move(temporary, target);
        DirectoryFlush.Flush(folder.Models);
    }
}
