using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Alignment.Processes;

namespace Alignment.EndToEnd.Tests.Browser;

/// <summary>How the app starts, starts again, and refuses to.</summary>
public sealed class StartTests
{
    private static readonly Program Web = new("Labeling.Web");

    [Fact]
    public async Task FirstStart_MakesTheSample_AndASecondOneContinuesWithout()
    {
        using var folder = new ScratchFolder();
        string dataDir = folder["data"];
        await using (WebApp first = await WebApp.StartAsync(dataDir))
        {
            Assert.NotNull(first.AdminLink);
            Assert.True(File.Exists(Path.Combine(dataDir, "models", "demo", "model.safetensors")));
            await using Visitor admin = await Visitor.FirstAdminAsync(first);
            await first.KillAsync();
        }

        await using WebApp second = await WebApp.StartAsync(dataDir);
        Assert.Null(second.AdminLink); // there is an admin
        await using Visitor again = await Visitor.ComeAsync(second);
        await again.SignInAsync("ada");
        Outcome projects = Program.Pipeline.Run(["projects", "list", "--data-dir", dataDir]).Expect();
        Assert.Contains("demo", projects.Output);
        Assert.Empty(Directory.GetFiles(dataDir, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task FolderInUse_SaysByWhom_AndANewAdminLinkIsStillMade()
    {
        await using WebApp app = await WebApp.StartAsync();
        Outcome refused = Web.Run(["--port", "0", "--data-dir", app.DataDir]).Expect(1);
        Assert.Contains($"process {app.ProcessId}", refused.Error);
        Assert.Contains(app.Address.AbsoluteUri.TrimEnd('/'), refused.Error);

        Outcome link = Web.Run(["--new-admin-link", "--data-dir", app.DataDir]).Expect();
        await using Visitor admin = await Visitor.ComeAsync(app);
        await admin.JoinAsync(new Uri(link.Output.Trim().Split(' ')[^1]), "grace");
        admin.AssertNothingWrong();
    }

    [Fact]
    public void PortInUse_SaysByWhom()
    {
        using var folder = new ScratchFolder();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;

        Outcome refused = Web.Run(["--host", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--data-dir", folder["data"]]).Expect(1);

        Assert.Contains($"port {port} is in use by process {Environment.ProcessId}", refused.Error);
    }

    [Theory]
    [InlineData("--prot", "--prot")]
    [InlineData("--port=70000", "0 to 65535")]
    [InlineData("--path-base=label", "begins with /")]
    public void WrongOption_IsNamed(string argument, string word)
    {
        Outcome refused = Web.Run([argument]).Expect(2);

        Assert.Contains(word, refused.Error);
    }

    [Fact]
    public void Help_ListsTheOptions()
    {
        string help = Web.Run(["--help"]).Expect().Output;

        Assert.All(["--port", "--host", "--data-dir", "--new-admin-link", "--path-base"], option => Assert.Contains(option, help));
    }
}
