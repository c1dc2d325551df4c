using System.IO.Compression;
using System.Security.Cryptography;
using Alignment.Labeling.Web.Security;
using Alignment.Pipeline.Datasets.Show;
using Alignment.Shared.Snapshots;
using Microsoft.AspNetCore.Http.Features;

namespace Alignment.Labeling.Web.Api;

/// <summary>Datasets to take home: one file, or all of them as a zip archive. Only what agrees with the manifest's hashes is sent.</summary>
internal static class DatasetApi
{
    private const int BlockSize = 1 << 17;

    public static void MapDatasets(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/datasets/{id}/download", DownloadAsync).RequireAuthorization(Policies.Engineer);
        routes.MapGet("/api/datasets/{id}/files/{name}", FileAsync).RequireAuthorization(Policies.Engineer);
    }

    private static async Task DownloadAsync(HttpContext context, string id, Messages messages)
    {
        CancellationToken stop = context.RequestAborted;
        DatasetDetails dataset = await messages.SendAsync(new ShowDataset(id), context.User, stop);
        context.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true; // an entry of an archive ends with a synchronous write
        context.Response.ContentType = "application/zip";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{dataset.Manifest.Id}.zip\"";
        await using ZipArchive archive = await ZipArchive.CreateAsync(context.Response.Body, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, stop);
        bool whole = await AddAsync(archive, dataset, SnapshotManifest.FileName, dataset.Sha256, stop);
        foreach (SnapshotFile file in dataset.Manifest.Files)
        {
            whole &= await AddAsync(archive, dataset, file.Name, file.Sha256, stop);
        }

        if (!whole)
        {
            context.Abort(); // changed while it was sent: a download that breaks off is noticed, a wrong one is not
        }
    }

    private static async Task<IResult> FileAsync(HttpContext context, string id, string name, Messages messages)
    {
        DatasetDetails dataset = await messages.SendAsync(new ShowDataset(id), context.User, context.RequestAborted);
        return name == SnapshotManifest.FileName || dataset.Manifest.Files.Any(file => file.Name == name)
            ? Results.File(Path.Combine(dataset.Folder, name), name.EndsWith(".jsonl", StringComparison.Ordinal) ? "application/jsonl" : "application/json", $"{dataset.Manifest.Id}.{name}")
            : Results.Json(new { error = $"dataset '{dataset.Manifest.Id}' has no such file" }, statusCode: StatusCodes.Status404NotFound);
    }

    // True when the bytes that were sent have the hash.
    private static async Task<bool> AddAsync(ZipArchive archive, DatasetDetails dataset, string name, string sha256, CancellationToken cancellationToken)
    {
        ZipArchiveEntry entry = archive.CreateEntry($"{dataset.Manifest.Id}/{name}", CompressionLevel.Fastest);
        entry.LastWriteTime = dataset.Manifest.Created;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using FileStream source = File.OpenRead(Path.Combine(dataset.Folder, name));
        await using Stream target = await entry.OpenAsync(cancellationToken);
        byte[] block = new byte[BlockSize];
        int read;
        while ((read = await source.ReadAsync(block, cancellationToken)) > 0)
        {
            hash.AppendData(block, 0, read);
            await target.WriteAsync(block.AsMemory(0, read), cancellationToken);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset()) == sha256;
    }
}
