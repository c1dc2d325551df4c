using System.Collections.Concurrent;
using System.Security.Cryptography;
using Alignment.Shared;

namespace Alignment.Labeling.Web.Imports;

/// <summary>
/// The files that the import page works on, under <c>cache/uploads</c>. They are named by random ids, never by what a sender
/// says; each goes when it is imported or left, those of a process that died at the next start.
/// </summary>
internal sealed class Uploads(DataFolder folder, UploadLimit limit, TimeProvider clock) : IHostedService
{
    private const int BlockSize = 1 << 17;
    private const int LongestName = 150;
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);
    private readonly ConcurrentDictionary<string, Upload> _known = new(StringComparer.Ordinal);

    /// <summary>The folder of all uploads.</summary>
    public string Folder { get; } = Path.Combine(folder.Cache, "uploads");

    /// <summary>Writes a file to disk as it comes.</summary>
    /// <exception cref="UploadTooLarge">It is too large; nothing is kept.</exception>
    /// <exception cref="UserError">The disk is full.</exception>
    public async Task<Upload> SaveAsync(string owner, string fileName, Stream content, long? length, CancellationToken cancellationToken)
    {
        RemoveForgotten();
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), path = Path.Combine(Folder, id), name = Clean(fileName);
        if (length > limit.Bytes)
        {
            throw new UploadTooLarge(name, limit);
        }

        try
        {
            Directory.CreateDirectory(Folder);
            long bytes = await CopyAsync(content, path, name, cancellationToken);
            var upload = new Upload(id, owner, name, path, bytes, clock.GetUtcNow().UtcDateTime);
            _known[id] = upload;
            return upload;
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            File.Delete(path);
            throw AtomicFile.CanNotWrite(path, e);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>A person's upload.</summary>
    /// <exception cref="UserError">There is none of this id, or it is somebody else's.</exception>
    public Upload Get(string id, string owner) => _known.GetValueOrDefault(id) is { } upload && upload.Owner == owner
        ? upload
        : throw new UserError("the file is no longer here: choose it again");

    /// <summary>Removes an upload; whoever has it open reads on.</summary>
    public void Remove(string id)
    {
        if (_known.TryRemove(id, out Upload? upload))
        {
            File.Delete(upload.Path);
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<long> CopyAsync(Stream content, string path, string name, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        byte[] block = new byte[BlockSize];
        long bytes = 0;
        int read;
        while ((read = await content.ReadAsync(block, cancellationToken)) > 0)
        {
            bytes += read;
            if (bytes > limit.Bytes)
            {
                throw new UploadTooLarge(name, limit);
            }

            await file.WriteAsync(block.AsMemory(0, read), cancellationToken);
        }

        return bytes;
    }

    private void RemoveForgotten()
    {
        DateTime before = clock.GetUtcNow().UtcDateTime - Forgotten;
        foreach (Upload upload in _known.Values.Where(upload => upload.At < before))
        {
            Remove(upload.Id);
        }
    }

    private static string Clean(string fileName)
    {
        string name = new([.. fileName[(fileName.LastIndexOfAny(['/', '\\']) + 1)..].Where(c => !char.IsControl(c) && !char.IsSurrogate(c))]);
        return name.Length is 0 ? "upload" : name[..Math.Min(name.Length, LongestName)];
    }
}
