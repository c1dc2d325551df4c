using System.Diagnostics;
using Alignment.Goldens;
using Alignment.Processes;
using Microsoft.Playwright;

namespace Alignment.EndToEnd.Tests.Browser;

/// <summary>What <c>dotnet publish</c> writes runs away from the sources.</summary>
[Trait("speed", "full")]
public sealed class PublishTests
{
    [Fact]
    public async Task Published_TheAppShowsItsPages_AndItsTrainerStands()
    {
        using var folder = new ScratchFolder();
        string published = folder["app"];
        Run("publish", Path.Combine(GoldenData.Repository, "src", "Labeling.Web", "Labeling.Web.csproj"), "-c", "Release", "--no-restore", "-v", "quiet", "--nologo", "-o", published);

        await using WebApp app = await WebApp.StartPublishedAsync(published);
        await using Visitor admin = await Visitor.FirstAdminAsync(app);
        await admin.GoAsync("people");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Cell, new() { Name = "ada" })).ToBeVisibleAsync();

        // Files of others are served, and the trainer is found beside the app.
        Assert.True((await admin.Page.APIRequest.GetAsync(new Uri(app.Address, "uplot/dist/uPlot.esm.js").AbsoluteUri)).Ok);
        await admin.GoAsync("runs/new");
        await Assertions.Expect(admin.Page.GetByLabel("Device")).ToContainTextAsync("cpu (", new() { Timeout = 60_000 });
        admin.AssertNothingWrong();
        Run(Path.Combine(published, "align", "Alignment.dll"), "doctor");
    }

    private static void Run(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = Path.GetTempPath(), RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
    }
}
