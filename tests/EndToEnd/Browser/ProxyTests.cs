using Microsoft.Playwright;

namespace Alignment.EndToEnd.Tests.Browser;

/// <summary>Behind a TLS reverse proxy and below a path, as docs/reverse-proxy.md sets it up.</summary>
public sealed class ProxyTests
{
    [Fact]
    public async Task BehindNginx_PagesWork_OverSecureCookiesAndWebSockets()
    {
        await using WebApp app = await WebApp.StartAsync(null, "--path-base", "/label");
        using Nginx nginx = await Nginx.StartAsync(app.Address.Port);
        await using Visitor admin = await Visitor.ComeAsync(nginx.Address, new BrowserNewContextOptions { IgnoreHTTPSErrors = true });
        List<string> sockets = [];
        admin.Page.WebSocket += (_, socket) => sockets.Add(socket.Url);

        await admin.JoinAsync(new Uri(nginx.Address, "join/" + app.AdminLink!.Segments[^1]), "ada");
        await admin.GoAsync("people");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Cell, new() { Name = "ada" })).ToBeVisibleAsync();

        Assert.Contains(sockets, url => url.StartsWith($"wss://localhost:{nginx.Address.Port}/label/_blazor", StringComparison.Ordinal));
        Assert.All(await admin.Context.CookiesAsync(), cookie => Assert.True(cookie.Secure, cookie.Name));
        admin.AssertNothingWrong();
    }
}
