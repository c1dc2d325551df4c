using System.Net;
using System.Text.Json.Nodes;

using Alignment.Serving;
using Alignment.Tests.Tokenization;

namespace Alignment.Tests.Serving;

/// <summary>More requests than fit, clients that vanish, requests that take too long, and stops; on a model that never ends its answers by itself.</summary>
public sealed class LoadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LoadTests() => EndlessModel.Copy(_folder.Path);

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Queue_Full_IsRefusedUntilSomebodyLeaves()
    {
        await using TestServer server = await StartAsync(new ServeOptions { Batch = 1, Queue = 1 });
        using HttpResponseMessage running = await server.BeginAsync(Endless(), Cancelled);
        await server.UntilAsync("running", 1);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        using HttpResponseMessage waiting = await server.BeginAsync(Endless(), patience.Token);
        await server.UntilAsync("waiting", 1);

        using (HttpResponseMessage refused = await server.BeginAsync(Short(), Cancelled))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
            JsonNode error = JsonNode.Parse(await refused.Content.ReadAsStringAsync(Cancelled))!["error"]!;
            Assert.Equal(("rate_limit_error", "queue_full"), (error["type"]!.GetValue<string>(), error["code"]!.GetValue<string>()));
        }

        waiting.Dispose(); // it vanishes from the line
        await server.UntilAsync("waiting", 0);
        Task<JsonObject> next = server.AnswerAsync(Short());
        await server.UntilAsync("waiting", 1);
        running.Dispose(); // and this one from its row
        Assert.Equal(5, (await next)["usage"]!["completion_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Client_VanishedInTheMiddle_FreesItsRowsAndOthersGoOn()
    {
        await using TestServer server = await StartAsync(new ServeOptions { Batch = 4 });
        string expected = await server.TextAsync(Short(60));
        HttpResponseMessage vanishing = await server.BeginAsync(Endless(("n", 3)), Cancelled);
        Stream stream = await vanishing.Content.ReadAsStreamAsync(Cancelled);
        await stream.ReadExactlyAsync(new byte[2000], Cancelled);
        await server.UntilAsync("running", 3);

        Task<string> other = server.TextAsync(Short(60));
        vanishing.Dispose();

        Assert.Equal(expected, await other);
        await server.UntilAsync("running", 0);
    }

    [Fact]
    public async Task Client_VanishedWithoutAStream_FreesItsRow()
    {
        await using TestServer server = await StartAsync(new ServeOptions());
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        JsonObject ask = Endless();
        ask["stream"] = false;
        Task<HttpResponseMessage> answer = server.BeginAsync(ask, patience.Token);
        await server.UntilAsync("running", 1);

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await server.UntilAsync("running", 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_TakesTooLong_EndsWithAnError(bool stream)
    {
        await using TestServer server = await StartAsync(new ServeOptions { RequestTime = TimeSpan.FromSeconds(1) });
        JsonObject ask = Endless();
        ask["stream"] = stream;
        using HttpResponseMessage response = await server.BeginAsync(ask, Cancelled);
        string text = await response.Content.ReadAsStringAsync(Cancelled);

        Assert.Equal(stream ? HttpStatusCode.OK : HttpStatusCode.GatewayTimeout, response.StatusCode);
        JsonNode error = JsonNode.Parse(text.Split("data: ")[^1])!["error"]!; // the last event of a stream, or the body
        Assert.Equal(("server_error", "timeout"), (error["type"]!.GetValue<string>(), error["code"]!.GetValue<string>()));
        await server.UntilAsync("running", 0);
    }

    [Fact]
    public async Task Stop_LetsRequestsFinishAndRefusesNewOnes()
    {
        await using TestServer server = await StartAsync(new ServeOptions());
        Task<IReadOnlyList<JsonObject>> running = server.ChunksAsync(Short(400));
        await server.UntilAsync("running", 1);

        Task stopping = server.StopAsync();
        using HttpResponseMessage refused = await server.BeginAsync(Short(), Cancelled);
        using HttpResponseMessage health = await server.Client.GetAsync("/health", Cancelled);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("server_stopping", JsonNode.Parse(await refused.Content.ReadAsStringAsync(Cancelled))!["error"]!["code"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Equal("length", (await running)[^1]["choices"]![0]!["finish_reason"]!.GetValue<string>());
        await stopping.WaitAsync(TimeSpan.FromMinutes(1), Cancelled);
        await Assert.ThrowsAsync<HttpRequestException>(() => server.Client.GetAsync("/health", Cancelled));
    }

    [Fact]
    public async Task Stop_TimeOver_EndsTheRest()
    {
        await using TestServer server = await StartAsync(new ServeOptions { Batch = 1, StopTime = TimeSpan.FromMilliseconds(200) });
        Task<IReadOnlyList<string>> running = server.EventsAsync(Endless());
        await server.UntilAsync("running", 1);
        Task<IReadOnlyList<string>> waiting = server.EventsAsync(Endless());
        await server.UntilAsync("waiting", 1);

        await server.StopAsync().WaitAsync(TimeSpan.FromMinutes(1), Cancelled);

        Assert.Equal("server_stopping", JsonNode.Parse((await running)[^1])!["error"]!["code"]!.GetValue<string>());
        Assert.Equal("server_stopping", JsonNode.Parse((await waiting)[^1])!["error"]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Generation_Fails_IsToldToEverybodyAndTheServerLives()
    {
        await using TestServer server = await StartAsync(new ServeOptions());
        server.Loaded.Dispose(); // the weights are gone; the generation thread sleeps, so nothing reads them just now

        Task<IReadOnlyList<string>> streamed = server.EventsAsync(Endless());
        using HttpResponseMessage whole = await server.BeginAsync(Short(), Cancelled);

        Assert.Equal(HttpStatusCode.InternalServerError, whole.StatusCode);
        Assert.Equal("internal_error", JsonNode.Parse((await streamed)[^1])!["error"]!["code"]!.GetValue<string>());
        Assert.Equal("ok", (await server.HealthAsync())["status"]!.GetValue<string>());
        await server.UntilAsync("running", 0);
    }

    private Task<TestServer> StartAsync(ServeOptions options) => TestServer.StartAsync(options, _folder.Path);

    private static JsonObject Endless(params (string, JsonNode?)[] fields) => TestServer.AskGreedily([("stream", true), .. fields]);

    private static JsonObject Short(int tokens = 5) => TestServer.AskGreedily(("max_tokens", tokens));
}
