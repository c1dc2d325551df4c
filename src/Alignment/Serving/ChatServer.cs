using System.Net;
using System.Text.Json.Nodes;

using Alignment.Shared;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Alignment.Serving;

/// <summary>An OpenAI-compatible server on 127.0.0.1.</summary>
internal sealed class ChatServer : IAsyncDisposable
{
    // After the time for finishing: what is left only has to write an error.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    private readonly ServeOptions _options;
    private readonly ServedModels _models;
    private readonly WebApplication _app;
    private readonly Engine _engine;
    private readonly OpenRequests _open = new();
    private bool _stopped;

    private ChatServer(ServedModels models, ServeOptions options)
    {
        (_models, _options) = (models, options);
        _app = Build(options);
        _engine = new Engine(models, options.Batch, options.Queue, _app.Services.GetRequiredService<ILogger<Engine>>());
        Map();
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:8000</c>.</summary>
    public string Address => _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();

    /// <summary>Starts a server; it answers when this returns.</summary>
    /// <param name="models">what is served; stays the caller's</param>
    /// <param name="options">port and limits</param>
    /// <exception cref="UserError">The port is taken, or the model cannot chat.</exception>
    public static async Task<ChatServer> StartAsync(ServedModels models, ServeOptions options)
    {
        if (models.Base.Template is null)
        {
            throw new UserError($"{models.Base.Path} has no chat template, so it cannot answer chats: add chat_template.jinja to its folder");
        }

        var server = new ChatServer(models, options);
        try
        {
            await server._app.StartAsync().ConfigureAwait(false);
            return server;
        }
        catch (IOException e)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw new UserError(FormattableString.Invariant($"port {options.Port} cannot be listened on ({e.Message}): choose another --port, or 0 for a free one"), ExitCodes.Failed, e);
        }
    }

    /// <summary>Takes nobody in any more, lets requests in work finish within <see cref="ServeOptions.StopTime"/>, ends the rest, and stops.</summary>
    public async Task StopAsync()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        Task finished = _open.CloseAsync();
        await Task.WhenAny(finished, Task.Delay(_options.StopTime)).ConfigureAwait(false);
        await _open.AbortAsync().ConfigureAwait(false);
        await Task.WhenAny(finished, Task.Delay(LastWords)).ConfigureAwait(false);
        using var now = new CancellationTokenSource(LastWords);
        await _app.StopAsync(now.Token).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _engine.Dispose();
        await _app.DisposeAsync().ConfigureAwait(false);
        _open.Dispose();
    }

    // Built from nothing, so that no settings file and no variable of the surroundings makes it listen elsewhere.
    private static WebApplication Build(ServeOptions options)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 4 * Json.LargestBody; // a client that sends more than may be is read to its end, so that it can be told
            kestrel.Listen(IPAddress.Loopback, options.Port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None); // a start that fails is this server's error
        return builder.Build();
    }

    private void Map()
    {
        long started = _options.Clock.GetUtcNow().ToUnixTimeSeconds();
        var chat = new ChatEndpoint(_models, _engine, _open, _options);
        _app.UseMiddleware<ErrorResponses>();
        _app.UseMiddleware<Guard>();
        _app.MapPost("/v1/chat/completions", chat.HandleAsync);
        _app.MapGet("/v1/models", context => Json.WriteAsync(
            context, StatusCodes.Status200OK,
            new JsonObject { ["object"] = "list", ["data"] = new JsonArray([.. _models.Names.Select(Model)]) }));
        _app.MapGet("/v1/models/{**name}", context => _models.Has((string)context.GetRouteValue("name")!)
            ? Json.WriteAsync(context, StatusCodes.Status200OK, Model((string)context.GetRouteValue("name")!))
            : throw ChatEndpoint.UnknownModel((string)context.GetRouteValue("name")!, _models));
        _app.MapGet("/health", Health);

        JsonObject Model(string name) => new() { ["id"] = name, ["object"] = "model", ["created"] = started, ["owned_by"] = "alignment" };
    }

    private Task Health(HttpContext context) => Json.WriteAsync(
        context, _open.IsStopping ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK,
        new JsonObject { ["status"] = _open.IsStopping ? "stopping" : "ok", ["running"] = _engine.Running, ["waiting"] = _engine.Waiting });

    /// <summary>Signals belong to the command line, which stops this server.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
