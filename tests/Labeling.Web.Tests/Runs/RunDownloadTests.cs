using System.IO.Compression;
using System.Net;
using Alignment.Pipeline.People;
using Alignment.Pipeline.Runs;
using Alignment.Pipeline.Storage;
using Alignment.Shared.Runs;

namespace Alignment.Labeling.Web.Tests.Runs;

/// <summary>What can be taken away from a run, and by whom.</summary>
public sealed class RunDownloadTests(WebApp app) : IClassFixture<WebApp>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Result_IsAZipOfModelAndAdapter()
    {
        await AddRunAsync("dpo-1", "model/model.safetensors", "model/config.json", "adapter/adapter_model.safetensors", "checkpoints/step-1/state.safetensors", "console.log");
        using HttpClient browser = await app.SignInAsync("zip-engineer", Role.Engineer);
        await using Stream body = await browser.GetStreamAsync(new Uri("/api/runs/dpo-1/result.zip", UriKind.Relative), Stop);
        using var whole = new MemoryStream();
        await body.CopyToAsync(whole, Stop);
        await using ZipArchive zip = await ZipArchive.CreateAsync(whole, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, Stop);

        Assert.Equal(["dpo-1/adapter/adapter_model.safetensors", "dpo-1/model/config.json", "dpo-1/model/model.safetensors"], zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal));
        using var reader = new StreamReader(await zip.GetEntry("dpo-1/model/config.json")!.OpenAsync(Stop));
        Assert.Equal("content of model/config.json", await reader.ReadToEndAsync(Stop));
    }

    [Theory]
    [InlineData("files/console.log", HttpStatusCode.OK)]
    [InlineData("files/model/config.json", HttpStatusCode.OK)]
    [InlineData("files/checkpoints/step-1/state.safetensors", HttpStatusCode.BadRequest)]
    [InlineData("files/..%2F..%2Falignment.db", HttpStatusCode.BadRequest)]
    [InlineData("files/model/..%2F..%2F..%2Falignment.db", HttpStatusCode.BadRequest)]
    [InlineData("files/%2Fetc%2Fpasswd", HttpStatusCode.BadRequest)]
    public async Task File_IsOneThatTheRunLists(string path, HttpStatusCode expected)
    {
        await AddRunAsync("dpo-2", "model/config.json", "checkpoints/step-1/state.safetensors", "console.log");
        using HttpClient browser = await app.SignInAsync($"file-engineer-{Guid.NewGuid():N}", Role.Engineer);
        using HttpResponseMessage answer = await browser.GetAsync(new Uri($"/api/runs/dpo-2/{path}", UriKind.Relative), Stop);

        Assert.Equal(expected, answer.StatusCode);
        Assert.True(expected != HttpStatusCode.OK || (await answer.Content.ReadAsStringAsync(Stop)).StartsWith("content of ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/api/runs/..%2F/result.zip")]
    [InlineData("/api/runs/..%2F/files/alignment.db")]
    [InlineData("/api/runs/nowhere/result.zip")]
    public async Task Run_ThatIsNone_IsRefused(string path)
    {
        using HttpClient browser = await app.SignInAsync($"path-engineer-{Guid.NewGuid():N}", Role.Engineer);
        using HttpResponseMessage answer = await browser.GetAsync(new Uri(path, UriKind.Relative), Stop);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Download_IsForEngineers()
    {
        await AddRunAsync("dpo-3", "model/config.json");
        using HttpClient annotator = await app.SignInAsync("curious", Role.Annotator);
        using HttpResponseMessage answer = await annotator.GetAsync(new Uri("/api/runs/dpo-3/result.zip", UriKind.Relative), Stop);

        Assert.NotEqual(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task AddRunAsync(string id, params string[] files)
    {
        await using AlignmentDb db = app.Db();
        if (await db.Runs.FindAsync([id], Stop) is not null)
        {
            return;
        }

        foreach (string file in files)
        {
            string path = Path.Combine(app.DataDir, "runs", id, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, $"content of {file}", Stop);
        }

        db.Runs.Add(new Run { Id = id, Trainer = "dpo", Model = "demo", Data = "pairs", Device = "cpu", State = RunState.Completed, CreatedAt = DateTime.UtcNow });
        await db.SaveChangesAsync(Stop);
    }
}
