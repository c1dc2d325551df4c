using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Alignment.Pipeline.Generations.Worker;
using Alignment.Pipeline.Runs.Worker;
using Alignment.Pipeline.Serving;
using Alignment.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Alignment.Pipeline.Tests.Serving;

/// <summary>
/// In place of <c>align serve</c>: a script that says where it serves and ends with its input, and a server in this process that
/// answers for all of them. A model's name says how its process behaves, a prompt's text how it is answered.
/// </summary>
internal sealed class FakeModels : IAsyncDisposable
{
    private const string Script = """
        #!/bin/sh
        echo "$$ $4 $ALIGNMENT_SERVE_KEY $*" >>FOLDER/starts
        case "$4" in
            broken*) [ -e FOLDER/mended ] || { echo "loading" >&2; echo "error: model.safetensors is damaged" >&2; exit 1; };;
            mute) exec sleep 600;;
        esac
        echo "serving $4 on ADDRESS"
        case "$4" in stubborn) exec sleep 600;; esac
        cat >/dev/null
        """;

    private const string Head = """
        "id":"x","object":"chat.completion.chunk","created":1,"model":"x",
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("fake-models-").FullName;
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Question> _asked = [];
    private readonly SemaphoreSlim _hangs = new(0);
    private int _givenUp;

    private FakeModels(WebApplication app) => _app = app;

    /// <summary>A request that came in.</summary>
    internal sealed record Question(string Model, string Text, JsonObject Body, string Key);

    /// <summary>A process that was started.</summary>
    internal sealed record Start(int Process, string Model, string Key, string Arguments);

    /// <summary>Everything that was asked, in order.</summary>
    public IReadOnlyList<Question> Asked => [.. _asked];

    /// <summary>How many questions that hang were given up by whoever asked.</summary>
    public int GivenUp => _givenUp;

    /// <summary>Every process that was started, in order.</summary>
    public IReadOnlyList<Start> Starts => File.Exists(Path.Combine(_folder, "starts"))
        ? [.. File.ReadLines(Path.Combine(_folder, "starts")).Select(line => line.Split(' ', 4)).Select(parts => new Start(int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], parts[2], parts[3]))]
        : [];

    public static async Task<FakeModels> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var models = new FakeModels(builder.Build());
        models._app.MapPost("/v1/chat/completions", models.AnswerAsync);
        await models._app.StartAsync();
        await File.WriteAllTextAsync(
            Path.Combine(models._folder, "align"),
            Script.Replace("FOLDER", models._folder, StringComparison.Ordinal).Replace("ADDRESS", models._app.Urls.Single(), StringComparison.Ordinal));
        return models;
    }

    /// <summary>A bench whose models are these.</summary>
    public Bench Bench(ServePoolOptions? options = null, DataFolder? folder = null, int promptsAtOnce = 4)
    {
        var bench = new Bench(
            services: services =>
            {
                services.AddSingleton(new Lazy<AlignCommand>(new AlignCommand("/bin/sh", [Path.Combine(_folder, "align")])));
                services.AddSingleton(options ?? new ServePoolOptions());
                services.AddSingleton(new GenerationOptions { PromptsAtOnce = promptsAtOnce, FaultPause = TimeSpan.FromMilliseconds(50) });
            },
            folder: folder);
        foreach (string model in (string[])["one", "two", "three", "broken", "mute", "stubborn"])
        {
            Directory.CreateDirectory(Path.Combine(bench.Folder.Models, model));
            File.WriteAllText(Path.Combine(bench.Folder.Models, model, "config.json"), "{}");
        }

        return bench;
    }

    /// <summary>Broken models are whole from now on.</summary>
    public void Mend() => File.WriteAllText(Path.Combine(_folder, "mended"), "");

    /// <summary>Lets one question go on that hangs.</summary>
    public void Release() => _hangs.Release();

    /// <summary>Waits until something holds.</summary>
    public static async Task UntilAsync(Func<bool> holds)
    {
        for (long start = Stopwatch.GetTimestamp(); !holds();)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20), "it took too long");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>True while a process lives.</summary>
    public static bool IsAlive(int process) => new Shared.Runs.ProcessIdentity(process, StartOf(process)).IsAlive();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static DateTimeOffset StartOf(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return new(found.StartTime.ToUniversalTime(), TimeSpan.Zero);
        }
        catch (ArgumentException)
        {
            return default;
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        JsonObject body = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!.AsObject();
        string model = body["model"]!.GetValue<string>(), text = body["messages"]!.AsArray()[^1]!["content"]!.GetValue<string>();
        _asked.Enqueue(new(model, text, body, context.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal)));
        if (text.Contains("too long", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync("""{"error":{"message":"The prompt has 9000 tokens.","type":"invalid_request_error","param":"messages","code":"too_long"}}""");
            return;
        }

        if (text.Contains("hang", StringComparison.Ordinal))
        {
            await HangAsync(context.RequestAborted);
        }

        context.Response.ContentType = "text/event-stream";
        string said = text.Contains("same", StringComparison.Ordinal) ? "agreed" : $"{text} by number {(model == "one" ? 1 : 2)}{body["seed"]}";
        foreach (string word in said.Split(' '))
        {
            await EventAsync(context, $$$"""{"choices":[{"index":0,"delta":{"content":"{{{word}}} "},"finish_reason":null}],"usage":null}""");
            if (text.Contains("break", StringComparison.Ordinal))
            {
                context.Abort();
                return;
            }
        }

        await EventAsync(context, """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}""");
        await EventAsync(context, """{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":7,"total_tokens":10}}""");
        await context.Response.WriteAsync("data: [DONE]\n\n");
    }

    private async Task HangAsync(CancellationToken givenUp)
    {
        try
        {
            await _hangs.WaitAsync(givenUp);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _givenUp);
            throw;
        }
    }

    private static async Task EventAsync(HttpContext context, string data)
    {
        await context.Response.WriteAsync($"data: {data.Insert(1, Head)}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
