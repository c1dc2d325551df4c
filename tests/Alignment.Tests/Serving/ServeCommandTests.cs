using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

using Alignment.Cli;
using Alignment.Goldens;
using Alignment.Shared;

namespace Alignment.Tests.Serving;

/// <summary><c>align serve</c>: its options, and the real process.</summary>
public sealed class ServeCommandTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("--port", "65536")]
    [InlineData("--batch", "0")]
    [InlineData("--context", "1")]
    [InlineData("--adapter", "nameless")]
    [InlineData("--adapter", "=folder")]
    [InlineData("--api-key", "")]
    public async Task Option_Wrong_IsNamed(string option, string value)
    {
        TextWriter error = Console.Error;
        using var told = new StringWriter();
        Console.SetError(told);
        try
        {
            Assert.Equal(ExitCodes.Usage, await CommandLine.RunAsync(new RootCommand("align") { ServeCommand.Create() }, ["serve", TestServer.Model, option, value]));
        }
        finally
        {
            Console.SetError(error);
        }

        Assert.Contains(option, told.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Process_SaysWhereAndStopsOnSigterm(bool json)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        using Process process = Start(["serve", TestServer.Model, "--port", "0", "--precision", "fp32", .. json ? ["--json"] : Array.Empty<string>()]);
        try
        {
            Task<string> told = process.StandardError.ReadToEndAsync(limit.Token);
            string line = await process.StandardOutput.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException(await told);
            string address = json ? JsonNode.Parse(line)!["url"]!.GetValue<string>() : line["serving demo on ".Length..];
            using var client = new HttpClient { BaseAddress = new Uri(address) };
            using HttpResponseMessage refused = await client.GetAsync("/v1/models", limit.Token);
            Assert.Equal(System.Net.HttpStatusCode.Unauthorized, refused.StatusCode); // the key comes from the environment
            client.DefaultRequestHeaders.Add("Authorization", "Bearer sesame");
            using HttpResponseMessage answer = await client.PostAsJsonAsync(TestServer.Chat, TestServer.AskGreedily(("max_tokens", 4)), limit.Token);
            Assert.True(answer.IsSuccessStatusCode);

            using (Process kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            {
                await kill.WaitForExitAsync(limit.Token);
            }

            await process.WaitForExitAsync(limit.Token);
            Assert.Equal((ExitCodes.Done, ""), (process.ExitCode, await process.StandardOutput.ReadToEndAsync(limit.Token)));
            Assert.Equal("stopping (a second signal ends the process at once)", (await told).Trim());
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    [Fact]
    public async Task Process_UntilStdinCloses_StopsWithIt()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        using Process process = Start(["serve", TestServer.Model, "--port", "0", "--precision", "fp32", "--until-stdin-closes"]);
        try
        {
            Assert.StartsWith("serving demo on ", await process.StandardOutput.ReadLineAsync(limit.Token), StringComparison.Ordinal);
            Assert.False(process.HasExited);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            Assert.Equal(ExitCodes.Done, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(GoldenData.Repository, "artifacts", "bin", "Alignment", "release", "Alignment.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[ServeCommand.KeyVariable] = "sesame";
        return Process.Start(start)!;
    }
}
