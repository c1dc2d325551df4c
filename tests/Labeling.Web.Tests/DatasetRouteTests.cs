using System.IO.Compression;
using System.Net;
using System.Text;
using Alignment.Pipeline.Datasets.Freeze;
using Alignment.Pipeline.Items.Import;
using Alignment.Pipeline.People;
using Alignment.Shared.Snapshots;

namespace Alignment.Labeling.Web.Tests;

/// <summary>Datasets to download: what is in them, who may, and what is refused.</summary>
public sealed class DatasetRouteTests(WebApp app) : IClassFixture<WebApp>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Download_HoldsTheSnapshotAsItLies()
    {
        FreezeResult frozen = await FreezeAsync("whole");
        using HttpClient browser = await app.SignInAsync("downloader", Role.Engineer);
        using HttpResponseMessage answer = await browser.GetAsync(new Uri("/api/datasets/whole/download", UriKind.Relative), Stop);

        Assert.Equal((HttpStatusCode.OK, "application/zip"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        using var archive = new ZipArchive(await answer.Content.ReadAsStreamAsync(Stop));
        Assert.Equal(["whole/manifest.json", "whole/test.jsonl", "whole/train.jsonl"], archive.Entries.Select(entry => entry.FullName).Order());
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using var content = new StreamReader(await entry.OpenAsync(Stop));
            Assert.Equal(await File.ReadAllTextAsync(Path.Combine(frozen.Folder!, entry.Name), Stop), await content.ReadToEndAsync(Stop));
        }

        string train = await browser.GetStringAsync(new Uri("/api/datasets/whole/files/train.jsonl", UriKind.Relative), Stop);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(frozen.Folder!, "train.jsonl"), Stop), train);
    }

    [Fact]
    public async Task Download_OfAChangedFile_IsRefused()
    {
        FreezeResult frozen = await FreezeAsync("changed");
        await File.AppendAllTextAsync(Path.Combine(frozen.Folder!, "train.jsonl"), "x", Stop);
        using HttpClient browser = await app.SignInAsync("careful", Role.Engineer);
        foreach (string route in new[] { "download", "files/train.jsonl" })
        {
            using HttpResponseMessage answer = await browser.GetAsync(new Uri($"/api/datasets/changed/{route}", UriKind.Relative), Stop);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains("was changed", await answer.Content.ReadAsStringAsync(Stop));
        }
    }

    [Theory]
    [InlineData("/api/datasets/..%2Fwhole/download")]
    [InlineData("/api/datasets/%2E%2E/download")]
    [InlineData("/api/datasets/paths/files/..%2F..%2Falignment.db")]
    [InlineData("/api/datasets/paths/files/%2Fetc%2Fpasswd")]
    [InlineData("/api/datasets/paths/files/other.jsonl")]
    [InlineData("/api/datasets/none/download")]
    public async Task Download_OfAnotherPath_IsRefused(string route)
    {
        if (!Directory.Exists(Path.Combine(app.DataDir, "snapshots", "paths")))
        {
            await FreezeAsync("paths");
        }

        using HttpClient browser = await app.SignInAsync($"walker-{Math.Abs(route.GetHashCode(StringComparison.Ordinal))}", Role.Engineer);
        using HttpResponseMessage answer = await browser.GetAsync(new Uri(route, UriKind.Relative), Stop);

        Assert.True(answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound, $"{answer.StatusCode}");
    }

    [Fact]
    public async Task Download_IsForEngineers()
    {
        await FreezeAsync("private");
        using HttpClient browser = await app.SignInAsync("reader", Role.Annotator);

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(new Uri("/api/datasets/private/download", UriKind.Relative), Stop)).StatusCode);
    }

    private async Task<FreezeResult> FreezeAsync(string id)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 30).Select(row => $$"""{"text": "row {{row}} of {{id}}"}"""))));
        await app.SendAsync(new ImportRows { Content = content, FileName = "texts.jsonl", Project = id });
        return await app.SendAsync(new FreezeDataset { Project = id, Kind = SnapshotKind.Text, TestShare = 0.3, Id = id });
    }
}
