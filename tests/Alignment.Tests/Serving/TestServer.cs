using System.Net.Http.Json;
using System.Text.Json.Nodes;

using Alignment.Goldens;
using Alignment.Models;
using Alignment.Serving;

using static TorchSharp.torch;

namespace Alignment.Tests.Serving;

/// <summary>A server of the demo model in this process, on a free port.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const string Name = "demo";
    public const string Chat = "/v1/chat/completions";
    public const string Question = "Write one sentence about the crouck.";

    private readonly ServedModels _models;
    private readonly ChatServer _server;

    private TestServer(ServedModels models, ChatServer server)
    {
        (_models, _server) = (models, server);
        Client = new HttpClient { BaseAddress = new Uri(server.Address) };
    }

    public static string Model { get; } = Path.Combine(GoldenData.Repository, "data", "models", Name);

    public HttpClient Client { get; }

    public Uri Address => Client.BaseAddress!;

    public LoadedModel Loaded => _models.Base;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<TestServer> StartAsync(ServeOptions? options = null, string? folder = null, params (string Name, string Folder)[] adapters)
    {
        var models = new ServedModels(LoadedModel.Load(folder ?? Model, ScalarType.Float32, CPU), Name);
        try
        {
            foreach ((string name, string adapter) in adapters)
            {
                models.Add(name, adapter);
            }

            return new TestServer(models, await ChatServer.StartAsync(models, options ?? new ServeOptions()));
        }
        catch
        {
            models.Dispose();
            throw;
        }
    }

    /// <summary>A request about the question; fields are added or replaced.</summary>
    public static JsonObject Ask(params (string Name, JsonNode? Value)[] fields)
    {
        var body = new JsonObject
        {
            ["model"] = Name,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = Question }),
        };
        foreach ((string name, JsonNode? value) in fields)
        {
            body[name] = value;
        }

        return body;
    }

    /// <summary>As <see cref="Ask"/>, with the likeliest token each time.</summary>
    public static JsonObject AskGreedily(params (string Name, JsonNode? Value)[] fields) => Ask([("temperature", 0), .. fields]);

    public async Task<JsonObject> AnswerAsync(JsonObject body)
    {
        using HttpResponseMessage response = await Client.PostAsJsonAsync(Chat, body, Cancelled);
        string text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!.AsObject();
    }

    public async Task<string> TextAsync(JsonObject body) => Texts(await AnswerAsync(body))[0];

    /// <summary>Sends a request and gives its response once the headers are there.</summary>
    public async Task<HttpResponseMessage> BeginAsync(JsonObject body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Chat) { Content = JsonContent.Create(body) };
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
    }

    /// <summary>All events of a stream; the last is [DONE].</summary>
    public async Task<IReadOnlyList<string>> EventsAsync(JsonObject body)
    {
        body["stream"] = true;
        using HttpResponseMessage response = await BeginAsync(body, Cancelled);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        string text = await response.Content.ReadAsStringAsync(Cancelled);
        string[] events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(events, line => Assert.StartsWith("data: ", line, StringComparison.Ordinal));
        return [.. events.Select(line => line["data: ".Length..])];
    }

    /// <summary>The chunks of a stream that ends as it should.</summary>
    public async Task<IReadOnlyList<JsonObject>> ChunksAsync(JsonObject body)
    {
        IReadOnlyList<string> events = await EventsAsync(body);
        Assert.Equal("[DONE]", events[^1]);
        return [.. events.SkipLast(1).Select(text => JsonNode.Parse(text)!.AsObject())];
    }

    public async Task<JsonObject> HealthAsync() =>
        JsonNode.Parse(await (await Client.GetAsync("/health", Cancelled)).Content.ReadAsStringAsync(Cancelled))!.AsObject();

    /// <summary>Waits until the server says so of itself; fails after a minute.</summary>
    public async Task UntilAsync(string what, int count)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        while ((await HealthAsync())[what]!.GetValue<int>() != count)
        {
            await Task.Delay(5, limit.Token);
        }
    }

    public Task StopAsync() => _server.StopAsync();

    public static string[] Texts(JsonObject completion) => [.. completion["choices"]!.AsArray().Select(choice => choice!["message"]!["content"]!.GetValue<string>())];

    public static string Reason(JsonObject completion) => completion["choices"]![0]!["finish_reason"]!.GetValue<string>();

    /// <summary>The text that the chunks of one answer make.</summary>
    public static string Joined(IEnumerable<JsonObject> chunks, int index = 0) => string.Concat(chunks
        .SelectMany(chunk => chunk["choices"]!.AsArray())
        .Where(choice => choice!["index"]!.GetValue<int>() == index)
        .Select(choice => choice!["delta"]!["content"]?.GetValue<string>()));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        _models.Dispose();
    }
}

/// <summary>One server for all tests of a class that only ask.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    internal TestServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
