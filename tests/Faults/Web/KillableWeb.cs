using Alignment.Processes;

namespace Alignment.Faults.Tests;

/// <summary>The app on one port and one data folder, killed and started again.</summary>
internal sealed class KillableWeb : IAsyncDisposable
{
    private readonly int _port;
    private WebApp _app;

    private KillableWeb(int port, WebApp app) => (_port, _app) = (port, app);

    public Uri Address => _app.Address;

    public static async Task<KillableWeb> StartAsync(string dataDir)
    {
        int port = FreePort.Take();
        return new(port, await StartAsync(dataDir, port));
    }

    public async Task KillAndStartAgainAsync()
    {
        await _app.DisposeAsync();
        _app = await StartAsync(_app.DataDir, _port);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Task<WebApp> StartAsync(string dataDir, int port) =>
        WebApp.StartAsync(dataDir, "--host", "127.0.0.1", "--port", FormattableString.Invariant($"{port}"), "--no-sample");
}
