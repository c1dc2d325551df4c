using System.ClientModel;
using System.ClientModel.Primitives;

using Alignment.Serving;

using OpenAI;
using OpenAI.Chat;
using OpenAI.Models;

namespace Alignment.Tests.Serving;

/// <summary>The official OpenAI client for .NET against the server.</summary>
public sealed class OpenAiClientTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static readonly ChatMessage[] Conversation =
    [
        new SystemChatMessage("Be short."),
        new UserChatMessage(ChatMessageContentPart.CreateTextPart("Hello.")),
        new AssistantChatMessage("Hello."),
        new UserChatMessage(ChatMessageContentPart.CreateTextPart(TestServer.Question)),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Models_AreListed()
    {
        OpenAIModelCollection models = await Client(shared.Server).GetOpenAIModelClient().GetModelsAsync(Cancelled);
        Assert.Equal("demo", Assert.Single(models).Id);
        Assert.Equal("demo", (await Client(shared.Server).GetOpenAIModelClient().GetModelAsync("demo", Cancelled)).Value.Id);
    }

    [Fact]
    public async Task Chat_AllSettings_IsAnswered()
    {
        var options = new ChatCompletionOptions
        {
            Temperature = 0.5f,
            TopP = 0.9f,
            MaxOutputTokenCount = 30,
            IncludeLogProbabilities = true,
            TopLogProbabilityCount = 3,
            EndUserId = "somebody",
        };
        options.StopSequences.Add("\n\n");
#pragma warning disable OPENAI001 // the client calls seeds experimental
        options.Seed = 5;
#pragma warning restore OPENAI001
        ChatCompletion one = await Chat(shared.Server).CompleteChatAsync(Conversation, options, Cancelled);
        ChatCompletion two = await Chat(shared.Server).CompleteChatAsync(Conversation, options, Cancelled);

        Assert.Equal(ChatMessageRole.Assistant, one.Role);
        Assert.NotEmpty(one.Content[0].Text);
        Assert.Equal(one.Content[0].Text, two.Content[0].Text);
        Assert.Equal(one.Content[0].Text, string.Concat(one.ContentTokenLogProbabilities.Select(token => token.Token)));
        Assert.All(one.ContentTokenLogProbabilities, token => Assert.Equal(3, token.TopLogProbabilities.Count));
        Assert.Equal(one.Usage.TotalTokenCount, one.Usage.InputTokenCount + one.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task Stream_EndsWithReasonAndUsage()
    {
        var options = new ChatCompletionOptions { Temperature = 0 };
        ChatCompletion whole = await Chat(shared.Server).CompleteChatAsync(Conversation, options, Cancelled);
        string text = "";
        ChatFinishReason? reason = null;
        ChatTokenUsage? usage = null;
        await foreach (StreamingChatCompletionUpdate update in Chat(shared.Server).CompleteChatStreamingAsync(Conversation, options, Cancelled))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            (reason, usage) = (update.FinishReason ?? reason, update.Usage ?? usage);
        }

        Assert.Equal(whole.Content[0].Text, text);
        Assert.Equal(ChatFinishReason.Stop, reason);
        Assert.Equal(whole.Usage.OutputTokenCount, usage!.OutputTokenCount);
    }

    [Fact]
    public async Task Error_OfTheServer_IsTheClientsException()
    {
        ClientResultException error = await Assert.ThrowsAsync<ClientResultException>(() =>
            Chat(shared.Server).CompleteChatAsync(Conversation, new ChatCompletionOptions { Temperature = 3 }, Cancelled));
        Assert.Equal(400, error.Status);
        Assert.Contains("'temperature' must be at most 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ApiKey_OfTheClient_IsUnderstood()
    {
        await using TestServer server = await TestServer.StartAsync(new ServeOptions { ApiKey = "sesame" });
        ChatCompletion completion = await Chat(server, "sesame").CompleteChatAsync(Conversation, cancellationToken: Cancelled);
        Assert.NotNull(completion.Id);
        ClientResultException error = await Assert.ThrowsAsync<ClientResultException>(() => Chat(server).CompleteChatAsync(Conversation, cancellationToken: Cancelled));
        Assert.Equal(401, error.Status);
    }

    private static ChatClient Chat(TestServer server, string key = "unused") => Client(server, key).GetChatClient("demo");

    private static OpenAIClient Client(TestServer server, string key = "unused") => new(
        new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = new Uri(server.Address, "v1"), RetryPolicy = new ClientRetryPolicy(0) });
}
