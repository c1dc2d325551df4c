using System.Security.Cryptography;
using System.Text;
using Alignment.Pipeline.Projects;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Alignment.Shared.Snapshots;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Datasets;

/// <summary>
/// The database's rows of what lies under <c>snapshots/</c>. The folder is the dataset: one that was written by a process that
/// died before its row gets the row later, and a row whose folder was removed goes.
/// </summary>
internal sealed class DatasetCatalog(DataFolder folder, Transactions transactions)
{
    /// <summary>Adds the row of a snapshot that was just written, in place of a row that an earlier one of this id left behind.</summary>
    /// <returns>an older dataset of the project with the same content, null when there is none</returns>
    public Task<string?> RecordAsync(SnapshotManifest manifest, int projectId) => transactions.RunAsync(
        async (db, token) =>
        {
            await db.Datasets.Where(dataset => dataset.Id == manifest.Id).ExecuteDeleteAsync(token);
            DatasetVersion row = Row(manifest, projectId);
            string? sameAs = await db.Datasets
                .Where(dataset => dataset.ProjectId == projectId && dataset.Kind == row.Kind && dataset.ContentHash == row.ContentHash)
                .OrderBy(dataset => dataset.CreatedAt)
                .Select(dataset => dataset.Id)
                .FirstOrDefaultAsync(token);
            db.Datasets.Add(row);
            return sameAs;
        },
        CancellationToken.None); // the folder is there: whoever stops now still wants its row

    /// <summary>Makes the rows agree with the folders. A snapshot of a project that this database does not have stays without a row.</summary>
    public async Task ReconcileAsync(IDbContextFactory<AlignmentDb> contexts, CancellationToken cancellationToken)
    {
        Dictionary<string, SnapshotManifest> folders = SnapshotReader.List(folder.Snapshots).ToDictionary(manifest => manifest.Id);
        await using AlignmentDb read = await contexts.CreateDbContextAsync(cancellationToken);
        HashSet<string> known = [.. await read.Datasets.Select(dataset => dataset.Id).ToListAsync(cancellationToken)];
        string[] gone = [.. known.Except(folders.Keys)];
        SnapshotManifest[] found = [.. folders.Values.Where(manifest => !known.Contains(manifest.Id))];
        if (gone.Length + found.Length == 0)
        {
            return;
        }

        await transactions.RunAsync(
            async (db, token) =>
            {
                await db.Datasets.Where(dataset => gone.Contains(dataset.Id)).ExecuteDeleteAsync(token);
                foreach (SnapshotManifest manifest in found)
                {
                    if (await db.Projects.SingleOrDefaultAsync(project => project.Name == manifest.Provenance.Project, token) is Project project
                        && !await db.Datasets.AnyAsync(dataset => dataset.Id == manifest.Id, token))
                    {
                        db.Datasets.Add(Row(manifest, project.Id));
                    }
                }

                return found.Length;
            },
            cancellationToken);
    }

    private static DatasetVersion Row(SnapshotManifest manifest, int projectId) => new()
    {
        Id = manifest.Id,
        ProjectId = projectId,
        Kind = manifest.Kind.Name(),
        TrainRows = manifest.Rows(SnapshotSplit.Train),
        TestRows = manifest.Rows(SnapshotSplit.Test),
        ContentHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Join('\n', manifest.Files.OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => $"{file.Name} {file.Sha256}"))))),
        Aggregation = manifest.Aggregation.ToJsonString(),
        LastJudgmentId = manifest.Aggregation["last_judgment"]?.GetValue<long>() ?? 0,
        CreatedAt = manifest.Created.UtcDateTime,
    };
}
