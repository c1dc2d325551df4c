using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Alignment.Goldens;

namespace Alignment.Faults.Tests;

/// <summary>The app on one port and one data folder, killed and started again.</summary>
internal sealed class KillableWeb : IAsyncDisposable
{
    private readonly string _dataDir;
    private Process _process;

    private KillableWeb(string dataDir, int port)
    {
        _dataDir = dataDir;
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        _process = StartProcess();
    }

    public Uri Address { get; }

    public static async Task<KillableWeb> StartAsync(string dataDir)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var web = new KillableWeb(dataDir, port);
        await web.WaitAsync();
        return web;
    }

    public async Task KillAndStartAgainAsync()
    {
        await KillAsync();
        _process = StartProcess();
        await WaitAsync();
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private Process StartProcess()
    {
        string assembly = Path.Combine(GoldenData.Repository, "artifacts", "bin", "Labeling.Web", "release", "Labeling.Web.dll");
        var start = new ProcessStartInfo("dotnet", [assembly, "--host", "127.0.0.1", "--port", Address.Port.ToString(CultureInfo.InvariantCulture), "--data-dir", _dataDir, "--no-sample"])
        {
            RedirectStandardOutput = true,
        };
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private async Task WaitAsync()
    {
        using var http = new HttpClient();
        for (int i = 0; i < 600; i++)
        {
            try
            {
                using HttpResponseMessage answer = await http.GetAsync(new Uri(Address, "health"));
                return;
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                await Task.Delay(50);
            }
        }

        throw new InvalidOperationException("the app does not start again");
    }
}
