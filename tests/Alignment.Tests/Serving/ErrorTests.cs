using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

using Alignment.Serving;
using Alignment.Shared;
using Alignment.Tests.Tokenization;

namespace Alignment.Tests.Serving;

/// <summary>What the server refuses, and in which words.</summary>
public sealed class ErrorTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Hello = """{"role": "user", "content": "Hi."}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Fields beside model and messages, or a whole body; the field that the error must name; its code.</summary>
    public static TheoryData<string, string?, string> Refused => new()
    {
        { """ "n": 0 """, "n", "integer_below_min_value" },
        { """ "n": 17 """, "n", "integer_above_max_value" },
        { """ "n": 1.5 """, "n", "invalid_type" },
        { """ "temperature": 2.1 """, "temperature", "decimal_above_max_value" },
        { """ "temperature": -0.1 """, "temperature", "decimal_below_min_value" },
        { """ "temperature": "hot" """, "temperature", "invalid_type" },
        { """ "top_p": 1.1 """, "top_p", "decimal_above_max_value" },
        { """ "seed": 1e30 """, "seed", "invalid_type" },
        { """ "max_tokens": 0 """, "max_tokens", "integer_below_min_value" },
        { """ "max_completion_tokens": -1 """, "max_completion_tokens", "integer_below_min_value" },
        { """ "max_tokens": 3, "max_completion_tokens": 4 """, "max_tokens", "invalid_value" },
        { """ "stop": ["a", "b", "c", "d", "e"] """, "stop", "array_above_max_length" },
        { """ "stop": "" """, "stop", "invalid_value" },
        { """ "stop": [1] """, "stop[0]", "invalid_type" },
        { """ "stop": [] """, "stop", "empty_array" },
        { """ "stream": "yes" """, "stream", "invalid_type" },
        { """ "stream_options": {"include_usage": true} """, "stream_options", "invalid_value" },
        { """ "stream": true, "stream_options": {"usage": true} """, "stream_options.usage", "unknown_parameter" },
        { """ "top_logprobs": 3 """, "top_logprobs", "invalid_value" },
        { """ "logprobs": true, "top_logprobs": 21 """, "top_logprobs", "integer_above_max_value" },
        { """ "temprature": 1 """, "temprature", "unknown_parameter" },
        { """ "tools": [{"type": "function"}] """, "tools", "unsupported_parameter" },
        { """ "response_format": {"type": "json_schema"} """, "response_format", "unsupported_parameter" },
        { """ "frequency_penalty": 0.5 """, "frequency_penalty", "unsupported_parameter" },
        { """ "logit_bias": {"5": 1} """, "logit_bias", "unsupported_parameter" },
        { """ "reasoning_effort": "high" """, "reasoning_effort", "unsupported_parameter" },
        { """ "n": 1, "n": 2 """, null, "invalid_json" },
        { "{}", "model", "missing_required_parameter" },
        { """{"model": "demo"}""", "messages", "missing_required_parameter" },
        { """{"model": null, "messages": []}""", "model", "missing_required_parameter" },
        { """{"model": "demo", "messages": []}""", "messages", "empty_array" },
        { """{"model": "demo", "messages": "Hi."}""", "messages", "invalid_type" },
        { """{"model": "demo", "messages": ["Hi."]}""", "messages[0]", "invalid_type" },
        { """{"model": "demo", "messages": [{"role": "user"}]}""", "messages[0].content", "missing_required_parameter" },
        { """{"model": "demo", "messages": [{"role": "user", "content": 5}]}""", "messages[0].content", "invalid_type" },
        { """{"model": "demo", "messages": [{"role": "user", "content": []}]}""", "messages[0].content", "empty_array" },
        { """{"model": "demo", "messages": [{"role": "user", "content": [{"type": "image_url"}]}]}""", "messages[0].content[0].type", "unsupported_value" },
        { """{"model": "demo", "messages": [{"role": "user", "content": "\ud800"}]}""", "messages[0].content", "invalid_unicode" },
        { """{"model": "demo", "messages": [{"role": "tool", "content": "x"}]}""", "messages[0].role", "invalid_value" },
        { """{"model": "demo", "messages": [{"role": "user", "content": "x", "name": "Ann"}]}""", "messages[0].name", "unsupported_parameter" },
        { """{"model": "demo", "messages": [{"role": "user", "content": "x", "mood": 1}]}""", "messages[0].mood", "unknown_parameter" },
        { "[]", null, "invalid_type" },
        { "{", null, "invalid_json" },
        { "", null, "invalid_json" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Request_Wrong_NamesItsField(string what, string? field, string code)
    {
        string body = what.StartsWith(' ') ? $$"""{"model": "demo", "messages": [{{Hello}}], {{what}}}""" : what;
        JsonNode error = await RefusedAsync(shared.Server, body, HttpStatusCode.BadRequest);

        Assert.Equal((field, code, "invalid_request_error"), (error["param"]?.GetValue<string>(), error["code"]!.GetValue<string>(), error["type"]!.GetValue<string>()));
        Assert.Equal(["message", "type", "param", "code"], error.AsObject().Select(pair => pair.Key));
        Assert.Contains(field ?? "body", error["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Model_Unknown_IsNotFoundAndNamesTheServed()
    {
        JsonNode error = await RefusedAsync(shared.Server, $$"""{"model": "gpt", "messages": [{{Hello}}]}""", HttpStatusCode.NotFound);
        Assert.Equal(("model_not_found", "model"), (error["code"]!.GetValue<string>(), error["param"]!.GetValue<string>()));
        Assert.Contains("demo", error["message"]!.GetValue<string>(), StringComparison.Ordinal);

        using HttpResponseMessage response = await shared.Server.Client.GetAsync("/v1/models/gpt", Cancelled);
        Assert.Equal("model_not_found", (await ErrorAsync(response, HttpStatusCode.NotFound))["code"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("GET", "/v1/engines", HttpStatusCode.NotFound, "unknown_url")]
    [InlineData("GET", "/", HttpStatusCode.NotFound, "unknown_url")]
    [InlineData("POST", "/v1/score", HttpStatusCode.NotFound, "unknown_url")]
    [InlineData("GET", "/v1/chat/completions", HttpStatusCode.MethodNotAllowed, "method_not_allowed")]
    [InlineData("DELETE", "/v1/models", HttpStatusCode.MethodNotAllowed, "method_not_allowed")]
    public async Task Route_Unknown_IsAnErrorInTheSameForm(string method, string path, HttpStatusCode status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using HttpResponseMessage response = await shared.Server.Client.SendAsync(request, Cancelled);
        JsonNode error = await ErrorAsync(response, status);
        Assert.Equal(code, error["code"]!.GetValue<string>());
        Assert.Contains(path, error["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_NoJsonType_IsRefused()
    {
        using HttpResponseMessage response = await shared.Server.Client.PostAsync(TestServer.Chat, new StringContent("{}", Encoding.UTF8, "text/plain"), Cancelled);
        Assert.Contains("Content-Type", (await ErrorAsync(response, HttpStatusCode.UnsupportedMediaType))["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_TooLarge_NamesTheLimit()
    {
        using HttpResponseMessage response = await shared.Server.Client.PostAsync(
            TestServer.Chat, new StringContent($$"""{"user": "{{new string('x', Json.LargestBody)}}"}""", Encoding.UTF8, "application/json"), Cancelled);
        Assert.Contains("4194304 bytes", (await ErrorAsync(response, HttpStatusCode.RequestEntityTooLarge))["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_OfAnotherName_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Host = "example.org";
        using HttpResponseMessage response = await shared.Server.Client.SendAsync(request, Cancelled);
        Assert.Equal("unknown_host", (await ErrorAsync(response, HttpStatusCode.Forbidden))["code"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(null)] // the model's own 256
    [InlineData(40)]
    public async Task Context_Exceeded_IsRefusedAndReachedEndsTheAnswer(int? context)
    {
        using var folder = new TemporaryFolder();
        await using TestServer server = await TestServer.StartAsync(new ServeOptions { Context = context }, EndlessModel.Copy(folder.Path, 256));
        int limit = context ?? 256;
        string longest = string.Concat(Enumerable.Repeat("the house is in the wood. ", 80));
        JsonNode error = await RefusedAsync(server, $$"""{"model": "demo", "messages": [{"role": "user", "content": "{{longest}}"}]}""", HttpStatusCode.BadRequest);
        Assert.Equal(("context_length_exceeded", "messages"), (error["code"]!.GetValue<string>(), error["param"]!.GetValue<string>()));
        Assert.Contains(FormattableString.Invariant($"{limit} tokens"), error["message"]!.GetValue<string>(), StringComparison.Ordinal);

        JsonObject answer = await server.AnswerAsync(TestServer.AskGreedily(("max_tokens", 100_000)));
        Assert.Equal("length", TestServer.Reason(answer));
        Assert.Equal(limit, answer["usage"]!["total_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task ApiKey_Set_IsAskedFor()
    {
        await using TestServer server = await TestServer.StartAsync(new ServeOptions { ApiKey = "sesame" });
        foreach (string? key in new[] { null, "", "sesam", "sesame2" })
        {
            server.Client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
            using HttpResponseMessage response = await server.Client.GetAsync("/v1/models", Cancelled);
            JsonNode error = await ErrorAsync(response, HttpStatusCode.Unauthorized);
            Assert.Equal(("invalid_api_key", "authentication_error"), (error["code"]!.GetValue<string>(), error["type"]!.GetValue<string>()));
            Assert.DoesNotContain("sesame", error["message"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.Equal("ok", (await server.HealthAsync())["status"]!.GetValue<string>());
        }

        server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "sesame");
        await server.TextAsync(TestServer.AskGreedily());
    }

    [Fact]
    public async Task Start_PortTaken_IsAnErrorThatSaysSo()
    {
        UserError error = await Assert.ThrowsAsync<UserError>(() => TestServer.StartAsync(new ServeOptions { Port = shared.Server.Address.Port }));
        Assert.Contains(FormattableString.Invariant($"port {shared.Server.Address.Port}"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ModelWithoutTemplate_IsRefused()
    {
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.EnumerateFiles(TestServer.Model).Where(file => !file.EndsWith(".jinja", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        }

        UserError error = await Assert.ThrowsAsync<UserError>(() => TestServer.StartAsync(folder: folder.Path));
        Assert.Contains("chat template", error.Message, StringComparison.Ordinal);
    }

    private static async Task<JsonNode> RefusedAsync(TestServer server, string body, HttpStatusCode status)
    {
        using HttpResponseMessage response = await server.Client.PostAsync(TestServer.Chat, new StringContent(body, Encoding.UTF8, "application/json"), Cancelled);
        return await ErrorAsync(response, status);
    }

    private static async Task<JsonNode> ErrorAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        string text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.True(response.StatusCode == status, $"{response.StatusCode}: {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        return JsonNode.Parse(text)!["error"]!;
    }
}
