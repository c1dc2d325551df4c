using System.Text;
using System.Text.Json.Nodes;

using Alignment.Generation;
using Alignment.Models;

using static TorchSharp.torch;

namespace Alignment.Tests.Serving;

/// <summary>What the server answers, by plain HTTP.</summary>
public sealed class ChatTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private TestServer Server => shared.Server;

    [Fact]
    public async Task Models_AreListedAndFound()
    {
        JsonNode list = JsonNode.Parse(await Server.Client.GetStringAsync("/v1/models", TestContext.Current.CancellationToken))!;
        JsonNode one = JsonNode.Parse(await Server.Client.GetStringAsync("/v1/models/demo", TestContext.Current.CancellationToken))!;

        Assert.Equal("list", list["object"]!.GetValue<string>());
        Assert.Equal(one.ToJsonString(), Assert.Single(list["data"]!.AsArray())!.ToJsonString());
        Assert.Equal(("demo", "model"), (one["id"]!.GetValue<string>(), one["object"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Chat_Greedy_IsWhatGenerateAnswers()
    {
        string expected = "";
        new AnswerJob(Server.Loaded, new SamplingOptions { Greedy = true }, 80, 1).Run(
            [(PromptToContinue.Of(TestServer.Question, raw: false), 0)], 1, (_, answers) => expected = answers[0], stop: TestContext.Current.CancellationToken);

        JsonObject completion = await Server.AnswerAsync(TestServer.AskGreedily());

        Assert.Equal("chat.completion", completion["object"]!.GetValue<string>());
        Assert.Equal(expected, Assert.Single(TestServer.Texts(completion)));
        Assert.Equal("stop", TestServer.Reason(completion));
        Assert.Equal("assistant", completion["choices"]![0]!["message"]!["role"]!.GetValue<string>());
        Assert.Null(completion["choices"]![0]!["logprobs"]);
        int prompt = PromptToContinue.Of(TestServer.Question, raw: false).Encode(Server.Loaded).Length;
        int answer = Server.Loaded.Tokenizer.Encode(expected, addSpecialTokens: false).Length + 1; // the closing end of text
        Assert.Equal((prompt, answer, prompt + answer), Usage(completion));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    public async Task Stream_Pieces_MakeTheWholeAnswer(double temperature)
    {
        JsonObject ask = TestServer.Ask(("temperature", temperature), ("seed", 4), ("n", 2));
        JsonObject whole = await Server.AnswerAsync(ask);
        IReadOnlyList<JsonObject> chunks = await Server.ChunksAsync(ask);

        Assert.Equal(TestServer.Texts(whole), Enumerable.Range(0, 2).Select(index => TestServer.Joined(chunks, index)));
        Assert.All(chunks, chunk => Assert.Equal("chat.completion.chunk", chunk["object"]!.GetValue<string>()));
        Assert.All(chunks, chunk => Assert.False(chunk.ContainsKey("usage")));
        Assert.Single(chunks.Select(chunk => chunk["id"]!.GetValue<string>()).Distinct());
        string?[] reasons = [.. chunks.Select(chunk => chunk["choices"]![0]!["finish_reason"]?.GetValue<string>()).Where(reason => reason is not null)];
        Assert.Equal(2, reasons.Length);
    }

    [Fact]
    public async Task Stream_WithUsage_EndsWithIt()
    {
        JsonObject whole = await Server.AnswerAsync(TestServer.AskGreedily(("n", 2)));
        IReadOnlyList<JsonObject> chunks = await Server.ChunksAsync(TestServer.AskGreedily(("n", 2), ("stream_options", new JsonObject { ["include_usage"] = true })));

        Assert.Empty(chunks[^1]["choices"]!.AsArray());
        Assert.Equal(Usage(whole), Usage(chunks[^1]));
        Assert.All(chunks.SkipLast(1), chunk => Assert.True(chunk.ContainsKey("usage") && chunk["usage"] is null));
    }

    [Fact]
    public async Task Seed_SameOne_RepeatsAndAnotherDoesNot()
    {
        JsonObject Ask(long seed) => TestServer.Ask(("temperature", 1.5), ("seed", seed), ("n", 3));
        string[] first = TestServer.Texts(await Server.AnswerAsync(Ask(-7)));

        Assert.Equal(first, TestServer.Texts(await Server.AnswerAsync(Ask(-7))));
        Assert.NotEqual(first, TestServer.Texts(await Server.AnswerAsync(Ask(8))));
        Assert.Equal(3, first.Distinct().Count());
    }

    [Fact]
    public async Task Seed_Absent_GivesOtherAnswers()
    {
        JsonObject ask = TestServer.Ask(("temperature", 2), ("n", 4));
        Assert.NotEqual(TestServer.Texts(await Server.AnswerAsync(ask)), TestServer.Texts(await Server.AnswerAsync(ask)));
    }

    [Fact]
    public async Task TopP_AtZero_TakesTheLikeliestToken() =>
        Assert.Equal(await Server.TextAsync(TestServer.AskGreedily()), await Server.TextAsync(TestServer.Ask(("top_p", 0), ("temperature", 2), ("seed", 3))));

    [Fact]
    public async Task Stop_AnyPartOfTheAnswer_CutsItThere()
    {
        string text = await Server.TextAsync(TestServer.AskGreedily());
        for (int start = 1; start + 5 < text.Length; start += 3)
        {
            string stop = text.Substring(start, 5); // longer than most tokens, so that it spans some
            JsonObject whole = await Server.AnswerAsync(TestServer.AskGreedily(("stop", new JsonArray("never", stop)), ("max_tokens", 80), ("logprobs", true)));
            string expected = text[..text.IndexOf(stop, StringComparison.Ordinal)];
            string[] told = [.. whole["choices"]![0]!["logprobs"]!["content"]!.AsArray().Select(token => token!["token"]!.GetValue<string>())];

            Assert.Equal(expected, TestServer.Texts(whole)[0]);
            Assert.Equal("stop", TestServer.Reason(whole));
            Assert.StartsWith(expected, string.Concat(told), StringComparison.Ordinal);
            Assert.True(string.Concat(told.SkipLast(1)).Length < expected.Length, "a token of what was cut off is told");
            Assert.Equal(expected, TestServer.Joined(await Server.ChunksAsync(TestServer.AskGreedily(("stop", stop)))));
        }
    }

    [Fact]
    public async Task Stop_OnlyBegun_HidesNothing()
    {
        string text = await Server.TextAsync(TestServer.AskGreedily());
        Assert.Equal(text, await Server.TextAsync(TestServer.AskGreedily(("stop", text[^4..] + "!!"))));
    }

    [Theory]
    [InlineData("max_tokens")]
    [InlineData("max_completion_tokens")]
    public async Task MaxTokens_EndsTheAnswer(string field)
    {
        JsonObject completion = await Server.AnswerAsync(TestServer.AskGreedily((field, 3), ("n", 2)));

        Assert.Equal("length", TestServer.Reason(completion));
        Assert.Equal(6, completion["usage"]!["completion_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Logprobs_AreTheModelsOwnAndGoWithTheText()
    {
        JsonObject completion = await Server.AnswerAsync(TestServer.AskGreedily(("logprobs", true), ("top_logprobs", 2)));
        string text = TestServer.Texts(completion)[0];
        JsonArray tokens = completion["choices"]![0]!["logprobs"]!["content"]!.AsArray();
        int[] prompt = PromptToContinue.Of(TestServer.Question, raw: false).Encode(Server.Loaded);
        int[] answer = Server.Loaded.Tokenizer.Encode(text, addSpecialTokens: false);
        double[] expected = Logprobs(Server.Loaded.Model, prompt, answer);

        Assert.Equal(text, string.Concat(tokens.Select(token => token!["token"]!.GetValue<string>())));
        Assert.Equal(text, Encoding.UTF8.GetString([.. tokens.SelectMany(token => token!["bytes"]!.AsArray().Select(value => (byte)value!.GetValue<int>()))]));
        Assert.Equal(expected.Length, tokens.Count);
        Assert.Equal(expected.Sum(), tokens.Sum(Logprob), 1e-3);
        Assert.All(tokens, token =>
        {
            double[] likeliest = [.. token!["top_logprobs"]!.AsArray().Select(Logprob)];
            Assert.Equal(2, likeliest.Length);
            Assert.True(likeliest[0] >= likeliest[1]);
            Assert.Equal(Logprob(token), likeliest[0]);
        });
    }

    [Fact]
    public async Task Logprobs_OfAStream_AreThoseOfTheWhole()
    {
        static JsonObject Ask() => TestServer.Ask(("temperature", 1.5), ("seed", 1), ("logprobs", true), ("stop", "the"));
        JsonObject whole = await Server.AnswerAsync(Ask());
        IReadOnlyList<JsonObject> chunks = await Server.ChunksAsync(Ask());

        string[] streamed = [.. chunks.Select(chunk => chunk["choices"]![0]!["logprobs"]).OfType<JsonNode>().SelectMany(part => part["content"]!.AsArray()).Select(token => token!.ToJsonString())];
        Assert.Equal(whole["choices"]![0]!["logprobs"]!["content"]!.AsArray().Select(token => token!.ToJsonString()), streamed);
        Assert.Empty(whole["choices"]![0]!["logprobs"]!["content"]![0]!["top_logprobs"]!.AsArray());
    }

    [Fact]
    public async Task Content_AsParts_IsTheirLines()
    {
        static JsonObject Turn(JsonNode content) => new() { ["role"] = "user", ["content"] = content };
        static JsonObject Part(string text) => new() { ["type"] = "text", ["text"] = text };
        string expected = await Server.TextAsync(TestServer.AskGreedily(("messages", new JsonArray(Turn("Tell me\nabout it.")))));

        var parts = new JsonArray(Part("Tell me"), Part("about it."));
        Assert.Equal(expected, await Server.TextAsync(TestServer.AskGreedily(("messages", new JsonArray(Turn(parts))))));
    }

    [Fact]
    public async Task Conversation_WithAllRoles_IsAnswered()
    {
        var messages = new JsonArray(
            new JsonObject { ["role"] = "developer", ["content"] = "Be short." },
            new JsonObject { ["role"] = "user", ["content"] = "Hi.", ["name"] = null },
            new JsonObject { ["role"] = "assistant", ["content"] = "Hello.", ["refusal"] = null, ["annotations"] = new JsonArray(), ["tool_calls"] = null },
            new JsonObject { ["role"] = "user", ["content"] = TestServer.Question });
        JsonObject completion = await Server.AnswerAsync(TestServer.AskGreedily(("messages", messages)));
        int length = new PromptToContinue([new("system", "Be short."), new("user", "Hi."), new("assistant", "Hello."), new("user", TestServer.Question)], null).Encode(Server.Loaded).Length;

        Assert.Equal(length, completion["usage"]!["prompt_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Fields_NullOrWithoutEffect_ChangeNothing()
    {
        string[] nullable =
        [
            "n", "max_tokens", "max_completion_tokens", "top_p", "seed", "stop", "logprobs", "top_logprobs", "stream", "stream_options", "frequency_penalty",
            "presence_penalty", "logit_bias", "tools", "tool_choice", "response_format", "modalities", "user", "metadata", "store", "service_tier", "audio",
        ];
        string expected = await Server.TextAsync(TestServer.AskGreedily());

        Assert.Equal(expected, await Server.TextAsync(TestServer.AskGreedily([.. nullable.Select(name => (name, (JsonNode?)null))])));
        Assert.Equal(expected, await Server.TextAsync(TestServer.AskGreedily(
            ("user", "u"), ("store", true), ("metadata", new JsonObject { ["a"] = "b" }), ("frequency_penalty", 0.0), ("presence_penalty", 0), ("tools", new JsonArray()),
            ("tool_choice", "none"), ("response_format", new JsonObject { ["type"] = "text" }), ("logit_bias", new JsonObject()), ("service_tier", "auto"))));
    }

    // Of the whole text at once, without a cache.
    private static double[] Logprobs(CausalModel model, int[] prompt, int[] answer)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        long[] ids = [.. prompt.Concat(answer).Select(id => (long)id)];
        using TokenLayout layout = TokenLayout.Plain(1, ids.Length, CPU);
        Tensor all = model.Head.Logits(model.Decoder.Forward(tensor(ids, [1, ids.Length], device: CPU), layout)).log_softmax(-1); // [1, T, V]
        return [.. answer.Select((id, i) => (double)all[0, prompt.Length - 1 + i, id].item<float>())];
    }

    private static double Logprob(JsonNode? token) => token!["logprob"]!.GetValue<double>();

    private static (int, int, int) Usage(JsonObject completion)
    {
        JsonNode usage = completion["usage"]!;
        return (usage["prompt_tokens"]!.GetValue<int>(), usage["completion_tokens"]!.GetValue<int>(), usage["total_tokens"]!.GetValue<int>());
    }
}
