using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Alignment.Pipeline.People;
using Alignment.Pipeline.People.Invite;
using Alignment.Pipeline.People.Join;
using Alignment.Pipeline.Storage;
using MediatR;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Alignment.Labeling.Web.Tests;

/// <summary>The app in this process on a data folder of its own, without the sample project.</summary>
public sealed partial class WebApp : WebApplicationFactory<Program>
{
    public const string Password = "correct horse battery";

    public string DataDir { get; } = Directory.CreateTempSubdirectory("web-tests-").FullName;

    /// <summary>Sends a message as somebody who may do everything.</summary>
    public async Task<T> SendAsync<T>(IRequest<T> message)
    {
        await using AsyncServiceScope scope = Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentActor>().Actor = Actor.Operator;
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(message, TestContext.Current.CancellationToken);
    }

    public AlignmentDb Db() => Services.GetRequiredService<IDbContextFactory<AlignmentDb>>().CreateDbContext();

    /// <summary>A new person with these roles; the id.</summary>
    public async Task<string> AddPersonAsync(string name, params string[] roles)
    {
        MadeLink link = await SendAsync(new MakeLink(roles));
        return await SendAsync(new UseLink(link.Token, name, Password));
    }

    /// <summary>A browser of somebody new with these roles, signed in by the form; follows no redirects.</summary>
    public async Task<HttpClient> SignInAsync(string name, params string[] roles)
    {
        await AddPersonAsync(name, roles);
        HttpClient client = Browser();
        using HttpResponseMessage answer = await PostFormAsync(client, "/sign-in", "sign-in", ("Form.Name", name), ("Form.Password", Password));
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return client;
    }

    public HttpClient Browser() => CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

    /// <summary>Opens a page and sends its form with the page's own antiforgery token.</summary>
    public static async Task<HttpResponseMessage> PostFormAsync(HttpClient client, string page, string form, params (string Name, string Value)[] fields)
    {
        string html = await client.GetStringAsync(new Uri(page, UriKind.Relative), TestContext.Current.CancellationToken);
        using var content = new FormUrlEncodedContent(
            fields.Select(field => KeyValuePair.Create(field.Name, field.Value))
                .Append(KeyValuePair.Create("_handler", form))
                .Append(KeyValuePair.Create("__RequestVerificationToken", Token(html))));
        return await client.PostAsync(new Uri(page, UriKind.Relative), content, TestContext.Current.CancellationToken);
    }

    /// <summary>Posts JSON as the scripts do: with the token that a page carries.</summary>
    public static async Task<HttpResponseMessage> PostJsonAsync<T>(HttpClient client, string route, T value, string page = "/")
    {
        string html = await client.GetStringAsync(new Uri(page, UriKind.Relative), TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = JsonContent.Create(value) };
        request.Headers.Add("RequestVerificationToken", Token(html));
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <inheritdoc/>
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("data-dir", DataDir);
        builder.UseSetting("no-sample", "true");
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (Directory.Exists(DataDir))
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(DataDir, recursive: true);
        }
    }

    public static string Token(string html) => WebUtility.HtmlDecode(MetaToken().Match(html).Groups[1].Value);

    [GeneratedRegex("""<meta name="antiforgery" content="([^"]+)""")]
    private static partial Regex MetaToken();
}
