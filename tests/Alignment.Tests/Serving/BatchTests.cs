using System.Text.Json.Nodes;

using Alignment.Adapters;
using Alignment.Models;
using Alignment.Serving;
using Alignment.Shared;
using Alignment.Tests.Tokenization;

using static TorchSharp.torch;

namespace Alignment.Tests.Serving;

/// <summary>Requests that are computed together, on one model and on several.</summary>
public sealed class BatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Answers_Together_AreThoseOfEachAlone(int batch)
    {
        await using TestServer server = await TestServer.StartAsync(new ServeOptions { Batch = batch });
        JsonObject[] asks = [.. Enumerable.Range(0, 12).Select(i => TestServer.Ask(
            ("messages", new JsonArray(new JsonObject { ["role"] = "user", ["content"] = string.Concat(Enumerable.Repeat("Say it. ", i)) + TestServer.Question })),
            ("temperature", i % 3 == 0 ? 0 : 0.5 + i / 8.0), ("top_p", i % 2 == 0 ? 1 : 0.9), ("seed", i), ("n", 1 + i % 3), ("max_tokens", 5 + 9 * i), ("stop", i % 4 == 0 ? "the" : null)))];
        var alone = new List<string>();
        foreach (JsonObject ask in asks)
        {
            alone.Add(Content(await server.AnswerAsync(ask)));
        }

        JsonObject[] together = await Task.WhenAll(asks.Select(server.AnswerAsync));

        Assert.Equal(alone, together.Select(Content));
    }

    [Fact]
    public async Task Adapters_AreServedBesideTheirBase()
    {
        (string one, string two) = (Adapter("one", 10), Adapter("two", -20));
        await using TestServer server = await TestServer.StartAsync(adapters: [("one", one), ("two", two)]);
        string[] names = [TestServer.Name, "one", "two"];
        JsonObject[] asks = [.. names.Select(name => TestServer.AskGreedily(("model", name), ("max_tokens", 20)))];
        var alone = new List<string>();
        foreach (JsonObject ask in asks)
        {
            alone.Add(await server.TextAsync(ask));
        }

        string[] together = await Task.WhenAll(Enumerable.Range(0, 9).Select(i => server.TextAsync(asks[i % 3])));

        JsonNode list = JsonNode.Parse(await server.Client.GetStringAsync("/v1/models", TestContext.Current.CancellationToken))!;
        Assert.Equal(names, list["data"]!.AsArray().Select(model => model!["id"]!.GetValue<string>()));
        Assert.Equal(3, alone.Distinct().Count());
        Assert.Equal([.. alone, .. alone, .. alone], together);
        Assert.Equal("one", (await server.AnswerAsync(asks[1]))["model"]!.GetValue<string>());
    }

    [Fact]
    public async Task Adapter_OfATakenName_IsRefused()
    {
        string one = Adapter("one", 1);
        UserError error = await Assert.ThrowsAsync<UserError>(() => TestServer.StartAsync(adapters: [("one", one), ("one", one)]));
        Assert.Contains("'one'", error.Message, StringComparison.Ordinal);
    }

    // A PEFT folder whose product is far from zero.
    private string Adapter(string name, double value)
    {
        string folder = Path.Combine(_folder.Path, name);
        using CausalModel model = CausalModel.Load(TestServer.Model, ScalarType.Float32, CPU);
        using LoraAdapters adapters = LoraAdapters.Attach(model, new LoraConfig { Rank = 2 }, seed: 1);
        using (no_grad())
        {
            foreach (LoraLinear map in adapters.Maps.Select(entry => entry.Value))
            {
                map.B.Value.fill_(value / 100);
            }
        }

        PeftFolder.Save(adapters, folder, "");
        return folder;
    }

    private static string Content(JsonObject completion) => completion["choices"]!.ToJsonString();
}
