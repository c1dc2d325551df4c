using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Alignment.Goldens;
using Alignment.Processes;

namespace Alignment.EndToEnd.Tests.Browser;

/// <summary>Debian's nginx with the configuration that docs/reverse-proxy.md shows, on a free port with a certificate of its own.</summary>
internal sealed partial class Nginx : IDisposable
{
    private const string Program = "/usr/sbin/nginx";
    private readonly ScratchFolder _folder = new();
    private readonly Process _process;

    private Nginx(int port, int appPort)
    {
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"https://localhost:{port}/label/"));
        WriteCertificate();
        File.WriteAllText(_folder["nginx.conf"], Configuration(port, appPort));
        _process = Process.Start(new ProcessStartInfo(Program, ["-p", _folder[""], "-c", _folder["nginx.conf"], "-e", _folder["error.log"], "-g", "daemon off; master_process off;"]))!;
    }

    /// <summary>Where the app is seen.</summary>
    public Uri Address { get; }

    /// <summary>Starts it before an app that listens on a port and has the path base /label.</summary>
    public static async Task<Nginx> StartAsync(int appPort)
    {
        if (!File.Exists(Program))
        {
            const string Reason = "no nginx: as root ./test.sh installs it, otherwise 'apt-get install nginx-light'";
            Assert.True(Environment.GetEnvironmentVariable("CI") != "true", Reason);
            Assert.Skip(Reason);
        }

        var nginx = new Nginx(FreePort.Take(), appPort);
        for (int i = 0; i < 100; i++)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, nginx.Address.Port);
                return nginx;
            }
            catch (SocketException) when (!nginx._process.HasExited)
            {
                await Task.Delay(50);
            }
        }

        nginx.Dispose();
        throw new InvalidOperationException("nginx does not listen");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _folder.Dispose();
    }

    // The page's block inside what every nginx needs, with this test's ports and files.
    private string Configuration(int port, int appPort)
    {
        string page = Block().Match(File.ReadAllText(Path.Combine(GoldenData.Repository, "docs", "reverse-proxy.md"))).Groups[1].Value;
        string site = page
            .Replace("127.0.0.1:5080", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{appPort}"), StringComparison.Ordinal)
            .Replace("listen 443 ssl", string.Create(CultureInfo.InvariantCulture, $"listen 127.0.0.1:{port} ssl"), StringComparison.Ordinal)
            .Replace("/etc/ssl/label.example.org.pem", _folder["cert.pem"], StringComparison.Ordinal)
            .Replace("/etc/ssl/label.example.org.key", _folder["key.pem"], StringComparison.Ordinal);
        string temporary = string.Join('\n', new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(kind => $"{kind}_temp_path {_folder[kind]};"));
        return $"worker_processes 1; pid {_folder["nginx.pid"]};\nevents {{ worker_connections 256; }}\nhttp {{\naccess_log off;\n{temporary}\n{site}\n}}\n";
    }

    private void WriteCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        File.WriteAllText(_folder["cert.pem"], certificate.ExportCertificatePem());
        File.WriteAllText(_folder["key.pem"], key.ExportPkcs8PrivateKeyPem());
    }

    [GeneratedRegex("```nginx\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
