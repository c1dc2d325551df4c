using System.IO.Compression;
using System.Security.Claims;
using System.Text;
using Alignment.Labeling.Web.Security;
using Alignment.Pipeline.Runs.Show;
using Alignment.Shared;

namespace Alignment.Labeling.Web.Api;

/// <summary>Downloads of runs. Names are those that the run lists, so that none leads out of its folder.</summary>
internal static class RunsApi
{
    private const int BufferBytes = 1 << 16;
    private static readonly string[] ResultFolders = ["model/", "adapter/"];

    public static void MapRuns(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/api/runs/{id}").RequireAuthorization(Policies.Engineer);
        group.MapGet("/files/{**name}", async (string id, string name, Messages messages, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        {
            string path = await messages.SendAsync(new FindRunFile(id, name), user, cancellationToken);
            return Results.File(path, "application/octet-stream", $"{id}-{Path.GetFileName(name)}", enableRangeProcessing: true);
        });
        group.MapGet("/result.zip", async (string id, Messages messages, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        {
            RunDetails run = await messages.SendAsync(new ShowRun(id, ConsoleBytes: 0), user, cancellationToken);
            (string Name, string Path)[] files = [.. run.Files.Where(file => ResultFolders.Any(folder => file.Name.StartsWith(folder, StringComparison.Ordinal)))
                .Select(file => (file.Name, Path.Combine(run.Folder, file.Name)))];
            return files.Length > 0
                ? Results.Stream(body => ZipAsync(body, id, files, cancellationToken), "application/zip", $"{id}.zip")
                : throw new UserError($"run {id} has no result yet: it comes when the run is completed or stopped");
        });
    }

    // Written while it is sent: a model never lies in memory or twice on the disk. Weights do not get smaller by compression.
    private static async Task ZipAsync(Stream body, string id, IReadOnlyList<(string Name, string Path)> files, CancellationToken cancellationToken)
    {
        var buffer = new BufferedStream(body, BufferBytes);
        await using (ZipArchive archive = await ZipArchive.CreateAsync(buffer, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancellationToken))
        {
            foreach ((string name, string path) in files)
            {
                ZipArchiveEntry entry = archive.CreateEntry($"{id}/{name}", CompressionLevel.NoCompression);
                await using Stream target = await entry.OpenAsync(cancellationToken);
                await using FileStream source = File.OpenRead(path);
                await source.CopyToAsync(target, cancellationToken);
                await buffer.FlushAsync(cancellationToken); // the entry's last bytes are written synchronously, which the response refuses and an empty buffer takes
            }
        }

        await buffer.FlushAsync(cancellationToken);
    }
}
