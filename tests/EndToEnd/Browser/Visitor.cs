using Microsoft.Playwright;

namespace Alignment.EndToEnd.Tests.Browser;

/// <summary>
/// Somebody with a browser. Remembers what must never happen: an error in a script, a message that the content security policy
/// refused something, a request to another machine, a dialog that a script opened.
/// </summary>
internal sealed class Visitor : IAsyncDisposable
{
    public const string Password = "correct horse battery";
    private readonly List<string> _wrongs = [];
    private readonly Uri _start;

    private Visitor(Uri start, IBrowserContext context, IPage page) => (_start, Context, Page) = (start, context, page);

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    /// <summary>A new browser profile.</summary>
    public static Task<Visitor> ComeAsync(WebApp app, BrowserNewContextOptions? options = null) => ComeAsync(app.Address, options);

    /// <summary>A new browser profile that sees the app at another address than its own: through a proxy.</summary>
    public static async Task<Visitor> ComeAsync(Uri start, BrowserNewContextOptions? options = null)
    {
        IBrowser browser = await Chromium.GetAsync();
        IBrowserContext context = await browser.NewContextAsync(options ?? new BrowserNewContextOptions { ViewportSize = new() { Width = 1280, Height = 900 } });
        context.SetDefaultTimeout(15_000);
        IPage page = await context.NewPageAsync();
        var visitor = new Visitor(start, context, page);
        context.Request += (_, request) => visitor.Note(!request.Url.StartsWith(start.AbsoluteUri, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal), $"request to {request.Url}");
        context.Console += (_, message) => visitor.Note(message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase), message.Text);
        context.WebError += (_, error) => visitor.Note(true, error.Error);
        context.Dialog += (_, dialog) => visitor.Note(true, $"dialog: {dialog.Message}");
        return visitor;
    }

    /// <summary>The first admin, by the printed link.</summary>
    public static async Task<Visitor> FirstAdminAsync(WebApp app, BrowserNewContextOptions? options = null)
    {
        Visitor visitor = await ComeAsync(app, options);
        await visitor.JoinAsync(app.AdminLink!, "ada");
        return visitor;
    }

    /// <summary>Joins by a link.</summary>
    public async Task JoinAsync(Uri link, string name)
    {
        await Page.GotoAsync(link.AbsoluteUri);
        await Page.GetByLabel("Name").FillAsync(name);
        await Page.GetByLabel("Password (10").FillAsync(Password);
        await Page.GetByLabel("The same again").FillAsync(Password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Join" }).ClickAsync();
        await Page.WaitForURLAsync(_start.AbsoluteUri);
    }

    /// <summary>Signs in with the password that all visitors have.</summary>
    public async Task SignInAsync(string name)
    {
        await Page.GotoAsync(new Uri(_start, "sign-in").AbsoluteUri);
        await Page.GetByLabel("Name").FillAsync(name);
        await Page.GetByLabel("Password").FillAsync(Password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Page.WaitForURLAsync(_start.AbsoluteUri);
    }

    /// <summary>Goes to a page, relative to the start page, and waits until it takes input.</summary>
    public async Task GoAsync(string page)
    {
        await Page.GotoAsync(new Uri(_start, page).AbsoluteUri);
        await ReadyAsync();
    }

    /// <summary>Waits until the page takes input.</summary>
    public Task ReadyAsync() => Page.Locator("body[data-ready='1']").WaitForAsync();

    /// <summary>Waits until the page shows what it has: no request is under way and nothing says that it loads.</summary>
    public async Task SettleAsync()
    {
        await Page.WaitForLoadStateAsync(LoadState.Load);
        await Assertions.Expect(Page.Locator("[aria-busy=true]")).ToHaveCountAsync(0);
    }

    /// <summary>
    /// Gives a file to a field of Blazor's. The circuit listens to the field a moment after it is drawn, which no person is fast
    /// enough to notice; the counter that it keeps on the field says so.
    /// </summary>
    public static async Task UploadAsync(ILocator field, FilePayload file)
    {
        await field.EvaluateAsync("async field => { while (field._blazorInputFileNextFileId === undefined) await new Promise(requestAnimationFrame); }");
        await field.SetInputFilesAsync(file);
    }

    /// <summary>Fails when something happened that never must.</summary>
    public void AssertNothingWrong()
    {
        lock (_wrongs)
        {
            Assert.Empty(_wrongs);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Context.CloseAsync();

    private void Note(bool isWrong, string what)
    {
        if (isWrong)
        {
            lock (_wrongs)
            {
                _wrongs.Add(what);
            }
        }
    }
}
