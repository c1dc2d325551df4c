using System.Net;
using Alignment.Pipeline.People;
using Alignment.Pipeline.People.Change;
using Alignment.Pipeline.People.Invite;
using Alignment.Pipeline.People.List;
using Alignment.Shared;

namespace Alignment.Labeling.Web.Tests;

/// <summary>Signing in, links, and what is refused.</summary>
public sealed class AccountTests(WebApp app) : IClassFixture<WebApp>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_WithoutAPerson_LeadsToSignInAndBack()
    {
        using HttpClient browser = app.Browser();
        using HttpResponseMessage answer = await browser.GetAsync(new Uri("/people", UriKind.Relative), Stop);

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.EndsWith("/sign-in?back=%2Fpeople", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task FirstAdminLink_IsTakenOnce_AndEndsAnEarlierOne()
    {
        MadeLink first = (await app.SendAsync(new MakeFirstAdminLink(Anyway: true)))!, second = (await app.SendAsync(new MakeFirstAdminLink(Anyway: true)))!;
        using HttpClient browser = app.Browser();

        Assert.Contains("does not work", await browser.GetStringAsync(new Uri($"/join/{first.Token}", UriKind.Relative), Stop));
        using HttpResponseMessage joined = await WebApp.PostFormAsync(
            browser, $"/join/{second.Token}", "join", ("Form.Name", "first-admin"), ("Form.Password", WebApp.Password), ("Form.Again", WebApp.Password));
        Assert.Equal(HttpStatusCode.Found, joined.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(new Uri("/people", UriKind.Relative), Stop)).StatusCode);
        Assert.Contains("used already", await browser.GetStringAsync(new Uri($"/join/{second.Token}", UriKind.Relative), Stop));
        Assert.Null(await app.SendAsync(new MakeFirstAdminLink(Anyway: false)));
    }

    [Theory]
    [InlineData("short", "at least 10")]
    [InlineData("aaaaaaaaaaaa", "different characters")]
    public async Task Join_WithAWeakPassword_SaysWhatIsMissing_AndKeepsTheLink(string password, string word)
    {
        MadeLink link = await app.SendAsync(new MakeLink([Role.Annotator]));
        using HttpClient browser = app.Browser();
        using HttpResponseMessage answer = await WebApp.PostFormAsync(
            browser, $"/join/{link.Token}", "join", ("Form.Name", "weak"), ("Form.Password", password), ("Form.Again", password));

        Assert.Contains(word, await answer.Content.ReadAsStringAsync(Stop));
        Assert.Contains("Choose a name", await browser.GetStringAsync(new Uri($"/join/{link.Token}", UriKind.Relative), Stop));
    }

    [Fact]
    public async Task SignIn_AfterFiveWrongPasswords_IsLocked_AndAResetLinkOpensItAgain()
    {
        string id = await app.AddPersonAsync("locked", Role.Annotator);
        using HttpClient browser = app.Browser();
        for (int i = 0; i < 5; i++)
        {
            (await WebApp.PostFormAsync(browser, "/sign-in", "sign-in", ("Form.Name", "locked"), ("Form.Password", "wrong wrong"))).Dispose();
        }

        using HttpResponseMessage locked = await WebApp.PostFormAsync(browser, "/sign-in", "sign-in", ("Form.Name", "locked"), ("Form.Password", WebApp.Password));
        Assert.Contains("Too many wrong passwords", await locked.Content.ReadAsStringAsync(Stop));

        MadeLink link = await app.SendAsync(new MakeLink([], id));
        using HttpResponseMessage reset = await WebApp.PostFormAsync(
            browser, $"/join/{link.Token}", "join", ("Form.Password", "another good one"), ("Form.Again", "another good one"));
        Assert.Equal(HttpStatusCode.Found, reset.StatusCode);
    }

    [Fact]
    public async Task ClosedAccount_CanNotSignIn_AndTheLastAdminStays()
    {
        string admin = await app.AddPersonAsync("some-admin", Role.Admin), id = await app.AddPersonAsync("closed", Role.Annotator);
        Assert.True(await app.SendAsync(new ChangePerson(id, [Role.Annotator], Closed: true)));
        using HttpClient browser = app.Browser();
        using HttpResponseMessage answer = await WebApp.PostFormAsync(browser, "/sign-in", "sign-in", ("Form.Name", "closed"), ("Form.Password", WebApp.Password));
        Assert.Contains("closed", await answer.Content.ReadAsStringAsync(Stop));

        foreach (PersonSummary other in (await app.SendAsync(new ListPeople())).Where(person => person.Roles.Contains(Role.Admin) && person.Id != admin))
        {
            await app.SendAsync(new ChangePerson(other.Id, [Role.Annotator], Closed: false));
        }

        UserError error = await Assert.ThrowsAsync<UserError>(() => app.SendAsync(new ChangePerson(admin, [Role.Annotator], Closed: false)));
        Assert.Contains("last admin", error.Message);
    }

    [Fact]
    public async Task SignIn_LeadsOnlyToPagesOfThisApp()
    {
        await app.AddPersonAsync("wanderer", Role.Annotator);
        using HttpClient browser = app.Browser();
        using HttpResponseMessage answer = await WebApp.PostFormAsync(
            browser, "/sign-in?back=//elsewhere.example/", "sign-in", ("Form.Name", "wanderer"), ("Form.Password", WebApp.Password));

        Assert.Equal("/", answer.Headers.Location!.IsAbsoluteUri ? answer.Headers.Location.AbsolutePath : answer.Headers.Location.OriginalString);
    }

    [Fact]
    public async Task Form_WithoutItsToken_IsRefused()
    {
        using HttpClient browser = await app.SignInAsync("formless", Role.Annotator);
        using var content = new FormUrlEncodedContent([KeyValuePair.Create("any", "thing")]);
        using HttpResponseMessage answer = await browser.PostAsync(new Uri("/sign-out", UriKind.Relative), content, Stop);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task EveryAnswer_CarriesTheSecurityHeaders()
    {
        using HttpClient browser = app.Browser();
        using HttpResponseMessage answer = await browser.GetAsync(new Uri("/sign-in", UriKind.Relative), Stop);

        string policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self';", policy);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }
}
