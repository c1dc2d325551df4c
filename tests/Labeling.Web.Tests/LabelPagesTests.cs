using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Alignment.Pipeline.Items.Import;
using Alignment.Pipeline.Labeling.Next;
using Alignment.Pipeline.Labeling.Submit;
using Alignment.Pipeline.People;
using Alignment.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Labeling.Web.Tests;

/// <summary>The pages around labeling that work without a script.</summary>
public sealed class LabelPagesTests(WebApp app) : IClassFixture<WebApp>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Home_ShowsWhatIsOpenToAnAnnotator_AndTheWaysOfAnEngineer()
    {
        await ImportAsync("home", Pair(1), Pair(2), """{"prompt": "rate", "answers": ["one"]}""");
        using HttpClient annotator = await app.SignInAsync("home-annotator", Role.Annotator), engineer = await app.SignInAsync("home-engineer", Role.Engineer);
        string page = await GetAsync(annotator, "/"), other = await GetAsync(engineer, "/");

        Assert.Contains("2 pairs and 1 single answer open for you", page);
        Assert.Contains("href=\"label/home/pairs\"", page);
        Assert.DoesNotContain("href=\"runs\"", page);
        Assert.Contains("href=\"runs\"", other);
        Assert.DoesNotContain("href=\"label/home/pairs\"", other);
    }

    [Fact]
    public async Task Label_LeadsToWhatIsOpen()
    {
        await ImportAsync("only-singles", """{"prompt": "rate", "answers": ["one"]}""");
        await ImportAsync("some-pairs", Pair(1));
        using HttpClient browser = await app.SignInAsync("starter", Role.Annotator);

        Assert.Equal(["/label/only-singles/singles", "/label/some-pairs/pairs"], new[] { await LocationAsync(browser, "/label/only-singles"), await LocationAsync(browser, "/label/some-pairs") });
        Assert.Contains("there is no project &#x27;nowhere&#x27;", await GetAsync(browser, "/label/nowhere"));
    }

    [Fact]
    public async Task Desk_CarriesGuidelinesAndWarningAsSafeText()
    {
        await ImportAsync("warned", Pair(1));
        await using (AlignmentDb db = app.Db())
        {
            await db.Projects.Where(project => project.Name == "warned").ExecuteUpdateAsync(
                change => change.SetProperty(project => project.Guidelines, "Prefer **short** <script>alert(1)</script>").SetProperty(project => project.ContentWarning, "Some are rude."), Stop);
        }

        using HttpClient browser = await app.SignInAsync("warned-one", Role.Annotator);
        string page = await GetAsync(browser, "/label/warned/pairs");

        Assert.Contains("<strong>short</strong>", page);
        Assert.DoesNotContain("<script>alert", page);
        Assert.Contains("Some are rude.", page);
        Assert.DoesNotContain("id=\"warning\"", await GetAsync(browser, "/label/home/pairs"));
    }

    [Fact]
    public async Task MyJudgments_ListsAndChangesByAPlainForm()
    {
        await ImportAsync("mine", Pair(7));
        using HttpClient browser = await app.SignInAsync("changer", Role.Annotator);
        await using AlignmentDb db = app.Db();
        string person = await db.Users.Where(user => user.UserName == "changer").Select(user => user.Id).SingleAsync(Stop);
        LeasedItem item = Assert.Single(await app.SendAsync(new LeaseNext("mine", person)));
        Submitted first = await app.SendAsync(new SubmitJudgment(person, item.Token, "k", "4") { Comment = "hm <b>" });

        string list = await GetAsync(browser, "/my-judgments");
        Assert.Contains("Tie", list);
        Assert.Contains("hm &lt;b&gt;", list);
        string address = $"/my-judgments/{first.JudgmentId}";
        Assert.Equal(1, Regex.Count(await GetAsync(browser, address), "<input type=\"radio\"[^>]*checked"));
        string key = Guid.NewGuid().ToString("N");
        using HttpResponseMessage flag = await WebApp.PostFormAsync(browser, address, "change", ("Form.Key", key), ("Form.Verdict", "flag"), ("Form.Comment", ""));
        Assert.Contains("a flag needs a comment", await flag.Content.ReadAsStringAsync(Stop));
        using HttpResponseMessage changed = await WebApp.PostFormAsync(browser, address, "change", ("Form.Key", key), ("Form.Verdict", "1"), ("Form.Comment", "sure"));

        Assert.Equal(HttpStatusCode.Found, changed.StatusCode);
        Assert.Contains(item.Order == Alignment.Pipeline.Labeling.ShownOrder.AB ? "Left much better" : "Right much better", await GetAsync(browser, "/my-judgments?changed=true"));
        Assert.Contains("not your last judgment", await GetAsync(browser, address));
    }

    private static string Pair(int number) => FormattableString.Invariant($$"""{"prompt": "question {{number}}", "answers": ["one {{number}}", "two {{number}}"]}""");

    private static Task<string> GetAsync(HttpClient browser, string page) => browser.GetStringAsync(new Uri(page, UriKind.Relative), Stop);

    private static async Task<string> LocationAsync(HttpClient browser, string page)
    {
        using HttpResponseMessage answer = await browser.GetAsync(new Uri(page, UriKind.Relative), Stop);
        return answer.Headers.Location!.IsAbsoluteUri ? answer.Headers.Location.AbsolutePath : "/" + answer.Headers.Location.OriginalString.TrimStart('/');
    }

    private async Task ImportAsync(string project, params string[] rows)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', rows)));
        await app.SendAsync(new ImportRows { Content = content, FileName = "rows.jsonl", Project = project });
    }
}
