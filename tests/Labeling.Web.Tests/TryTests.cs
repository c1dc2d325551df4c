using System.Net;
using System.Security.Claims;
using Alignment.Pipeline.Generations;
using Alignment.Pipeline.Generations.Change;
using Alignment.Pipeline.Generations.List;
using Alignment.Pipeline.Generations.Show;
using Alignment.Pipeline.Generations.Start;
using Alignment.Pipeline.People;
using Alignment.Pipeline.Serving;
using Alignment.Pipeline.Serving.Add;
using Alignment.Pipeline.Serving.Ask;
using Alignment.Shared.Preferences;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Alignment.Labeling.Web.Tests;

/// <summary>Who may ask models and send their answers to label.</summary>
public sealed class TryTests(WebApp app) : IClassFixture<WebApp>
{
    [Fact]
    public async Task Page_IsForEngineers()
    {
        using HttpClient annotator = await app.SignInAsync("only-labels", Role.Annotator), engineer = await app.SignInAsync("tries", Role.Engineer);

        Assert.Equal(HttpStatusCode.Found, await StatusAsync(annotator));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(engineer));
    }

    [Fact]
    public async Task Messages_OfAnAnnotator_AreRefused_EachOfThem()
    {
        Message[] prompt = [new(Roles.User, "a")];
        await RefusedAsync(new AskModel("demo", prompt, new Sampling()));
        await RefusedAsync(new AddAnswers("p", prompt, [new("demo", "b")], new Sampling()));
        await RefusedAsync(new StartGeneration { Project = "p", Models = ["demo"], Sampling = new Sampling(), Content = new MemoryStream("a"u8.ToArray()), FileName = "a.txt" });
        await RefusedAsync(new ListGenerations());
        await RefusedAsync(new ShowGeneration(1));
        await RefusedAsync<GenerationState>(new CancelGeneration(1));
        await RefusedAsync<GenerationState>(new ResumeGeneration(1));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient browser)
    {
        using HttpResponseMessage answer = await browser.GetAsync(new Uri("/try", UriKind.Relative), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private async Task RefusedAsync<T>(IRequest<T> message)
    {
        var annotator = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, "x"), new(ClaimTypes.Name, "x"), new(ClaimTypes.Role, Role.Annotator)], "test"));
        await using AsyncServiceScope scope = app.Services.CreateAsyncScope();
        await Assert.ThrowsAsync<AccessRefused>(() => scope.ServiceProvider.GetRequiredService<Messages>().SendAsync(message, annotator, TestContext.Current.CancellationToken));
    }
}
