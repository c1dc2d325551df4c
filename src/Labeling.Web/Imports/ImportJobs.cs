using System.Collections.Concurrent;
using System.Security.Claims;
using Alignment.Pipeline.Items.Import;
using Alignment.Shared;

namespace Alignment.Labeling.Web.Imports;

/// <summary>
/// Imports of uploaded files. They send the message that <c>pipeline import</c> sends, and belong to the app rather than to a
/// page, so that a closed browser ends none of them.
/// </summary>
internal sealed class ImportJobs(Uploads uploads, IServiceScopeFactory scopes, IHostApplicationLifetime lifetime)
{
    private const int Kept = 100;
    private readonly ConcurrentDictionary<string, ImportJob> _jobs = new(StringComparer.Ordinal);

    /// <summary>Starts an import of an upload, which goes when it ends.</summary>
    public ImportJob Start(Upload upload, ImportOptions options, ClaimsPrincipal user)
    {
        ForgetOld();
        var content = new FileStream(upload.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        var job = new ImportJob(upload.Id, upload.Owner, upload.FileName, options, upload.Path + ".bad.jsonl");
        if (!_jobs.TryAdd(job.Id, job))
        {
            content.Dispose();
            throw new UserError("this file is being imported already");
        }

        _ = Task.Run(() => RunAsync(job, content, user));
        return job;
    }

    /// <summary>A person's import; null when there is none of this id.</summary>
    public ImportJob? Find(string id, string owner) => _jobs.GetValueOrDefault(id) is { } job && job.Owner == owner ? job : null;

    /// <summary>A person's import that runs; null when none does.</summary>
    public ImportJob? RunningOf(string owner) => _jobs.Values.FirstOrDefault(job => job.Owner == owner && job.State == ImportState.Running);

    private async Task RunAsync(ImportJob job, FileStream content, ClaimsPrincipal user)
    {
        try
        {
            job.End(ImportState.Done, await ImportAsync(job, content, user));
        }
        catch (OperationCanceledException)
        {
            job.End(ImportState.Cancelled);
        }
        catch (IOException e)
        {
            job.End(ImportState.Failed, error: AtomicFile.CanNotWrite(job.BadRowsPath, e));
        }
        catch (Exception e)
        {
            job.End(ImportState.Failed, error: e);
        }
        finally
        {
            uploads.Remove(job.Id);
        }
    }

    private async Task<ImportResult> ImportAsync(ImportJob job, FileStream content, ClaimsPrincipal user)
    {
        await using FileStream file = content;
        await using var bad = new StreamWriter(job.BadRowsPath);
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(job.Stop, lifetime.ApplicationStopping);
        var message = new ImportRows
        {
            Content = file,
            FileName = job.FileName,
            Project = job.Options.Project,
            Relabel = job.Options.Relabel,
            Human = job.Options.Human,
            Pairs = job.Options.Pairs,
            Progress = job,
            BadRow = row => bad.WriteLine(BadRowLine.Json(row)),
        };
        return await scope.ServiceProvider.GetRequiredService<Messages>().SendAsync(message, user, stop.Token);
    }

    private void ForgetOld()
    {
        foreach (ImportJob job in _jobs.Values.Where(job => job.State != ImportState.Running).Skip(Kept))
        {
            if (_jobs.TryRemove(job.Id, out _))
            {
                File.Delete(job.BadRowsPath);
                job.Dispose();
            }
        }
    }
}
