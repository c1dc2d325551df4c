using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Alignment.Pipeline.Items.Import;
using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.People;
using Alignment.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Labeling.Web.Tests.Api;

/// <summary>The routes of the labeling pages.</summary>
public sealed class LabelingApiTests(WebApp app) : IClassFixture<WebApp>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/api/label/any/next")]
    [InlineData("GET", "/api/label/any/progress")]
    [InlineData("POST", "/api/label/judgments")]
    [InlineData("POST", "/api/label/undo")]
    [InlineData("POST", "/api/label/heartbeat")]
    public async Task Route_WithoutAPersonOrTheRole_IsRefused(string method, string route)
    {
        using HttpClient nobody = app.Browser(), engineer = await app.SignInAsync(Unique("engineer"), Role.Engineer);

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(nobody, method, route));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(engineer, method, route));
    }

    [Theory]
    [InlineData("judgments")]
    [InlineData("undo")]
    [InlineData("heartbeat")]
    public async Task Write_WithoutThePagesToken_IsRefusedAsOfThePage(string route)
    {
        using HttpClient browser = await app.SignInAsync(Unique("tokenless"), Role.Annotator);
        using HttpResponseMessage answer = await browser.PostAsJsonAsync($"/api/label/{route}", new { token = "t", key = "k", verdict = "1" }, Stop);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("form", (await JsonAsync(answer)).GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Next_GivesSafeTextAndNeitherSourceNorModel()
    {
        string project = await ProjectAsync("""{"prompt": "who", "answers": ["<script>alert(1)</script> **bold** one", "plain two"], "source": "model-secret", "model": "model-secret"}""");
        using HttpClient browser = await app.SignInAsync(Unique("reader"), Role.Annotator);
        string json = await browser.GetStringAsync(new Uri($"/api/label/{project}/next?kind=pair", UriKind.Relative), Stop);
        JsonElement item = JsonDocument.Parse(json).RootElement.GetProperty("items")[0];

        Assert.DoesNotContain("model-secret", json);
        Assert.Equal(["token", "kind", "order", "turns", "first", "second", "difference"], item.EnumerateObject().Select(property => property.Name));
        string html = string.Concat(new[] { "first", "second" }.Select(side => item.GetProperty(side).GetProperty("html").GetString()));
        Assert.Contains("<strong>bold</strong>", html);
        Assert.DoesNotContain("<script", html);
        Assert.Equal("user", item.GetProperty("turns")[0].GetProperty("role").GetString());
        Assert.Contains(item.GetProperty("order").GetString(), new[] { "AB", "BA" });
    }

    [Fact]
    public async Task Next_LeavesOutWhatThePageHas_AndSaysHowFarOneIsWhenNothingIsThere()
    {
        string project = await ProjectAsync(Pair(1), Pair(2));
        using HttpClient browser = await app.SignInAsync(Unique("holder"), Role.Annotator);
        string[] tokens = await NextAsync(browser, project);
        JsonElement rest = await NextJsonAsync(browser, $"{project}/next?kind=pair&have={tokens[0]}");
        JsonElement singles = await NextJsonAsync(browser, $"{project}/next?kind=single");

        Assert.Equal(2, tokens.Length);
        Assert.Equal(tokens[1], Assert.Single(rest.GetProperty("items").EnumerateArray()).GetProperty("token").GetString());
        Assert.Equal(JsonValueKind.Null, rest.GetProperty("progress").ValueKind);
        Assert.Equal((0, 2), (singles.GetProperty("items").GetArrayLength(), singles.GetProperty("progress").GetProperty("openPairs").GetInt32()));
        using HttpResponseMessage wrong = await browser.GetAsync(new Uri($"/api/label/{project}/next?kind=triple", UriKind.Relative), Stop);
        Assert.Contains("'triple'", (await JsonAsync(wrong)).GetProperty("error").GetString());
    }

    [Fact]
    public async Task Press_SentTwice_IsStoredOnce_AndUndoneOnce()
    {
        string project = await ProjectAsync(Pair(1));
        using HttpClient browser = await app.SignInAsync(Unique("presser"), Role.Annotator);
        string token = Assert.Single(await NextAsync(browser, project));
        object press = new { token, key = "press-1", verdict = "2", comment = "close", activeMilliseconds = 5, op = "judge" };
        using HttpResponseMessage first = await WebApp.PostJsonAsync(browser, "/api/label/judgments", press), again = await WebApp.PostJsonAsync(browser, "/api/label/judgments", press);
        using HttpResponseMessage undo = await WebApp.PostJsonAsync(browser, "/api/label/undo", new { token, key = "undo-1" }), undoAgain = await WebApp.PostJsonAsync(browser, "/api/label/undo", new { token, key = "undo-1" });

        Assert.False((await JsonAsync(first)).GetProperty("repeated").GetBoolean());
        Assert.True((await JsonAsync(again)).GetProperty("repeated").GetBoolean());
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (undo.StatusCode, undoAgain.StatusCode));
        await using AlignmentDb db = app.Db();
        Judgment[] stored = await db.Judgments.Where(judgment => judgment.Item!.Project!.Name == project).OrderBy(judgment => judgment.Id).ToArrayAsync(Stop);
        Assert.Equal(["2", "skip"], stored.Select(judgment => judgment.Verdict));
        Assert.Equal(("close", stored[0].Id), (stored[0].Comment, stored[1].RevisesId));
    }

    [Fact]
    public async Task Press_WhenEveryPlaceIsTaken_SaysThatItIsSurplus_AndTheHeartbeatThatTheLeaseIsLost()
    {
        string project = await ProjectAsync(Pair(1));
        using HttpClient late = await app.SignInAsync(Unique("late"), Role.Annotator), quick = await app.SignInAsync(Unique("quick"), Role.Annotator);
        string token = Assert.Single(await NextAsync(late, project));
        await using (AlignmentDb db = app.Db())
        {
            await db.Assignments.Where(row => row.Token == token).ExecuteUpdateAsync(change => change.SetProperty(row => row.ExpiresAt, DateTime.UtcNow.AddMinutes(-1)), Stop);
        }

        string other = Assert.Single(await NextAsync(quick, project));
        using HttpResponseMessage beat = await WebApp.PostJsonAsync(late, "/api/label/heartbeat", new { tokens = new[] { token } });
        Assert.Empty((await JsonAsync(beat)).GetProperty("tokens").EnumerateArray());
        using HttpResponseMessage taken = await WebApp.PostJsonAsync(quick, "/api/label/judgments", new { token = other, key = "k", verdict = "1" });
        using HttpResponseMessage surplus = await WebApp.PostJsonAsync(late, "/api/label/judgments", new { token, key = "k", verdict = "1" });

        Assert.False((await JsonAsync(taken)).GetProperty("surplus").GetBoolean());
        Assert.True((await JsonAsync(surplus)).GetProperty("surplus").GetBoolean());
    }

    [Fact]
    public async Task Press_OfAnothersItemOrWithoutAVerdict_IsRefusedByWhatIsWrong()
    {
        string project = await ProjectAsync(Pair(1));
        using HttpClient owner = await app.SignInAsync(Unique("owner"), Role.Annotator), thief = await app.SignInAsync(Unique("thief"), Role.Annotator);
        string token = Assert.Single(await NextAsync(owner, project));
        using HttpResponseMessage stolen = await WebApp.PostJsonAsync(thief, "/api/label/judgments", new { token, key = "k", verdict = "1" });
        using HttpResponseMessage wrong = await WebApp.PostJsonAsync(owner, "/api/label/judgments", new { token, key = "k", verdict = "9" });
        using HttpResponseMessage flag = await WebApp.PostJsonAsync(owner, "/api/label/judgments", new { token, key = "k", verdict = "flag" });

        JsonElement theft = await JsonAsync(stolen);
        Assert.Contains("not given to you", theft.GetProperty("error").GetString());
        Assert.Contains("'9'", (await JsonAsync(wrong)).GetProperty("error").GetString());
        Assert.Contains("comment", (await JsonAsync(flag)).GetProperty("error").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, stolen.StatusCode);
        Assert.False(theft.TryGetProperty("kind", out _));
    }

    [Fact]
    public async Task Page_OfSomebodyElse_KeepsItsPresses()
    {
        string project = await ProjectAsync(Pair(1));
        using HttpClient browser = await app.SignInAsync(Unique("second"), Role.Annotator);
        browser.DefaultRequestHeaders.Add("Alignment-Person", "the-first-persons-id");
        using HttpResponseMessage answer = await browser.GetAsync(new Uri($"/api/label/{project}/next", UriKind.Relative), Stop);

        Assert.Equal((HttpStatusCode.Conflict, "person"), (answer.StatusCode, (await JsonAsync(answer)).GetProperty("kind").GetString()));
    }

    private static string Unique(string name) => $"{name}-{Guid.NewGuid():N}"[..20];

    private static string Pair(int number) => FormattableString.Invariant($$"""{"prompt": "question {{number}}", "answers": ["one {{number}}", "two {{number}}"]}""");

    private async Task<string> ProjectAsync(params string[] rows)
    {
        string name = Unique("project");
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', rows)));
        await app.SendAsync(new ImportRows { Content = content, FileName = "rows.jsonl", Project = name });
        return name;
    }

    private static async Task<string[]> NextAsync(HttpClient browser, string project) =>
        [.. (await NextJsonAsync(browser, $"{project}/next?kind=pair")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("token").GetString()!)];

    private static async Task<JsonElement> NextJsonAsync(HttpClient browser, string route) => await browser.GetFromJsonAsync<JsonElement>($"/api/label/{route}", Stop);

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);

    private static async Task<HttpStatusCode> StatusAsync(HttpClient browser, string method, string route)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), route);
        if (method == "POST")
        {
            request.Content = JsonContent.Create(new { });
        }

        using HttpResponseMessage answer = await browser.SendAsync(request, Stop);
        return answer.StatusCode;
    }
}
