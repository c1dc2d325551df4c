using System.Net;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Alignment.Labeling.Web.Imports;
using Alignment.Pipeline.Items.Import;
using Alignment.Pipeline.People;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Alignment.Labeling.Web.Tests;

/// <summary>Files that come through the import page's route, their limits, and what is left on disk.</summary>
public sealed class ImportRouteTests(WebApp app) : IClassFixture<WebApp>
{
    private const string Page = "/password"; // any page with a token
    private static readonly string Row = """{"prompt": "q", "chosen": "good", "rejected": "bad"}""" + "\n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(app.DataDir, "cache", "uploads");

    [Fact]
    public async Task Upload_OfAnEngineer_LiesOnDiskUnderARandomName_UntilItIsLeft()
    {
        using HttpClient browser = await app.SignInAsync("sender", Role.Engineer);
        (HttpStatusCode status, string answer) = await SendAsync(browser, "..%2F..%2Frows.jsonl", Row);

        Assert.Equal(HttpStatusCode.OK, status);
        string id = JsonDocument.Parse(answer).RootElement.GetProperty("id").GetString()!;
        Assert.Equal(Row, await File.ReadAllTextAsync(Path.Combine(Folder, id), Stop));
        Uploads uploads = app.Services.GetRequiredService<Uploads>();
        Upload upload = uploads.Get(id, await PersonAsync("sender"));
        Assert.Equal("rows.jsonl", upload.FileName);
        uploads.Remove(id);
        Assert.False(File.Exists(upload.Path));
    }

    [Fact]
    public async Task Upload_IsForEngineers_WithThePagesToken_AndForTheirEyesOnly()
    {
        using HttpClient annotator = await app.SignInAsync("no-engineer", Role.Annotator), engineer = await app.SignInAsync("engineer", Role.Engineer);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(annotator, "a.jsonl", Row)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(engineer, "a.jsonl", Row, withToken: false)).Status);
        using HttpClient nobody = app.Browser();
        using HttpResponseMessage refused = await nobody.PostAsync(new Uri("/api/uploads?name=a", UriKind.Relative), new StringContent(Row), Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        string id = JsonDocument.Parse((await SendAsync(engineer, "a.jsonl", Row)).Answer).RootElement.GetProperty("id").GetString()!;
        Uploads uploads = app.Services.GetRequiredService<Uploads>();
        Assert.Throws<Alignment.Shared.UserError>(() => uploads.Get(id, "somebody else"));
        Assert.Throws<Alignment.Shared.UserError>(() => uploads.Get("../" + id, uploads.Get(id, PersonAsync("engineer").GetAwaiter().GetResult()).Owner));
        uploads.Remove(id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upload_AboveTheLimit_IsRefusedAndLeavesNothing(bool lengthIsSaid)
    {
        await using WebApplicationFactory<Program> small = app.WithWebHostBuilder(builder => builder.UseSetting("data-dir", Path.Combine(app.DataDir, $"small-{lengthIsSaid}")).UseSetting("max-upload", "1"));
        using HttpClient browser = await SignInAtAsync(small, $"big-{lengthIsSaid}");
        (HttpStatusCode status, string answer) = await SendAsync(browser, "big.jsonl", new string('x', (1 << 20) + 1), lengthIsSaid: lengthIsSaid);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Contains("big.jsonl is larger than 1 MiB", answer);
        Assert.Contains("--max-upload", answer);
        string folder = Path.Combine(app.DataDir, $"small-{lengthIsSaid}", "cache", "uploads");
        Assert.True(!Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any());
    }

    [Fact]
    public async Task Start_RemovesWhatAnotherProcessLeft()
    {
        string data = Path.Combine(app.DataDir, "restarted"), left = Path.Combine(data, "cache", "uploads", "left");
        Directory.CreateDirectory(Path.GetDirectoryName(left)!);
        await File.WriteAllTextAsync(left, Row, Stop);
        await using WebApplicationFactory<Program> again = app.WithWebHostBuilder(builder => builder.UseSetting("data-dir", data));
        using HttpClient browser = again.CreateClient();

        Assert.False(File.Exists(left));
    }

    [Fact]
    public async Task Import_SendsTheCommandLinesMessage_RemovesTheFile_AndGivesOutTheBadRows()
    {
        using HttpClient browser = await app.SignInAsync("importer", Role.Engineer), other = await app.SignInAsync("curious", Role.Engineer);
        string id = JsonDocument.Parse((await SendAsync(browser, "mixed.jsonl", Row + "{\"prompt\": \"q\", \"chosen\": \"x\"}\n" + Row)).Answer).RootElement.GetProperty("id").GetString()!;
        ImportJob job = await RunAsync(id, "importer", "imported");

        Assert.Equal(ImportState.Done, job.State);
        Assert.Equal((3, 1, 1, 1), (job.Result!.Rows, job.Result.Imported, job.Result.AlreadyThere, job.Result.Rejected));
        Assert.Equal("mixed.jsonl", job.Result.File);
        Assert.False(File.Exists(Path.Combine(Folder, id)));

        string lines = await browser.GetStringAsync(new Uri($"/api/imports/{id}/bad-rows", UriKind.Relative), Stop);
        Assert.Equal("""{"line":2,"code":"missing","reason":"'rejected' is missing"}""", lines.TrimEnd());
        using HttpResponseMessage csv = await browser.GetAsync(new Uri($"/api/imports/{id}/bad-rows?format=csv", UriKind.Relative), Stop);
        Assert.Equal("line,code,reason\r\n2,missing,\"'rejected' is missing\"\r\n", await csv.Content.ReadAsStringAsync(Stop));
        Assert.Equal("mixed.bad-rows.csv", csv.Content.Headers.ContentDisposition!.FileNameStar);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.GetAsync(new Uri($"/api/imports/{id}/bad-rows?format=exe", UriKind.Relative), Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(new Uri($"/api/imports/{id}/bad-rows", UriKind.Relative), Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(new Uri("/api/imports/..%2F..%2Falignment.db/bad-rows", UriKind.Relative), Stop)).StatusCode);
    }

    [Fact]
    public async Task Import_OfADamagedFile_FailsByReason_AndRemovesTheFile()
    {
        using HttpClient browser = await app.SignInAsync("damaged", Role.Engineer);
        byte[] cut = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1];
        string id = JsonDocument.Parse((await SendAsync(browser, "cut.jsonl.gz", cut)).Answer).RootElement.GetProperty("id").GetString()!;
        ImportJob job = await RunAsync(id, "damaged", "cut");

        Assert.Equal(ImportState.Failed, job.State);
        Assert.Contains("damaged after 0 rows", job.Error!.Message);
        Assert.False(File.Exists(Path.Combine(Folder, id)));
    }

    [Fact]
    public async Task Import_Cancelled_EndsAfterABatch_AndKeepsWhatItWrote()
    {
        using HttpClient browser = await app.SignInAsync("canceller", Role.Engineer);
        var rows = new StringBuilder();
        for (int i = 0; i < 20_000; i++)
        {
            rows.Append(System.Globalization.CultureInfo.InvariantCulture, $$"""{"text": "row {{i}}"}""").Append('\n');
        }

        string id = JsonDocument.Parse((await SendAsync(browser, "many.jsonl", rows.ToString())).Answer).RootElement.GetProperty("id").GetString()!;
        ImportJob job = await RunAsync(id, "canceller", "cancelled", cancelAfterTheFirstBatch: true);

        Assert.Equal(ImportState.Cancelled, job.State);
        int items = (await app.SendAsync(new Alignment.Pipeline.Projects.Show.ShowProject("cancelled"))).Items["text"];
        Assert.InRange(items, 500, 19_500);
        Assert.False(File.Exists(Path.Combine(Folder, id)));
    }

    private async Task<ImportJob> RunAsync(string id, string person, string project, bool cancelAfterTheFirstBatch = false)
    {
        string owner = await PersonAsync(person);
        var user = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, owner), new(ClaimTypes.Role, Role.Engineer)], "test"));
        Upload upload = app.Services.GetRequiredService<Uploads>().Get(id, owner);
        ImportJobs jobs = app.Services.GetRequiredService<ImportJobs>();
        ImportJob job = jobs.Start(upload, new ImportOptions(project, false, false, PairRule.Disjoint), user);
        if (cancelAfterTheFirstBatch)
        {
            job.Changed += job.Cancel;
        }

        while (job.State == ImportState.Running || File.Exists(upload.Path))
        {
            await Task.Delay(20, Stop);
        }

        return job;
    }

    private async Task<string> PersonAsync(string name) =>
        (await app.SendAsync(new Alignment.Pipeline.People.List.ListPeople())).Single(person => person.Name == name).Id;

    private static async Task<HttpClient> SignInAtAsync(WebApplicationFactory<Program> where, string name)
    {
        await using AsyncServiceScope scope = where.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentActor>().Actor = Actor.Operator;
        var mediator = scope.ServiceProvider.GetRequiredService<MediatR.IMediator>();
        Alignment.Pipeline.People.Invite.MadeLink link = await mediator.Send(new Alignment.Pipeline.People.Invite.MakeLink([Role.Engineer]), Stop);
        await mediator.Send(new Alignment.Pipeline.People.Join.UseLink(link.Token, name, WebApp.Password), Stop);
        HttpClient client = where.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        (await WebApp.PostFormAsync(client, "/sign-in", "sign-in", ("Form.Name", name), ("Form.Password", WebApp.Password))).Dispose();
        return client;
    }

    private static Task<(HttpStatusCode Status, string Answer)> SendAsync(HttpClient browser, string name, string content, bool withToken = true, bool lengthIsSaid = true) =>
        SendAsync(browser, name, Encoding.UTF8.GetBytes(content), withToken, lengthIsSaid);

    private static async Task<(HttpStatusCode Status, string Answer)> SendAsync(HttpClient browser, string name, byte[] content, bool withToken = true, bool lengthIsSaid = true)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/uploads?name={name}") { Content = new ByteArrayContent(content) };
        request.Content.Headers.ContentType = new("application/octet-stream");
        request.Headers.TransferEncodingChunked = !lengthIsSaid;
        if (!lengthIsSaid)
        {
            request.Content.Headers.ContentLength = null;
        }

        if (withToken)
        {
            request.Headers.Add("RequestVerificationToken", WebApp.Token(await browser.GetStringAsync(new Uri(Page, UriKind.Relative), Stop)));
        }

        using HttpResponseMessage answer = await browser.SendAsync(request, Stop);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }
}
