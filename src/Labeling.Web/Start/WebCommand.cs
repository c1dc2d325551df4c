using System.CommandLine;
using System.CommandLine.Parsing;
using Alignment.Pipeline.Serving;
using Alignment.Shared;

namespace Alignment.Labeling.Web.Start;

/// <summary>The app's command line: <c>./run.sh</c> passes its arguments on.</summary>
internal static class WebCommand
{
    private static readonly Option<string?> DataDir = new("--data-dir") { Description = $"Data folder (default: {DataFolder.Variable}, else .data).", HelpName = "DIR" };
    private static readonly Option<string> Host = new("--host") { Description = "Name or address to listen on; anything but loopback needs TLS in front of it (docs/reverse-proxy.md).", HelpName = "HOST", DefaultValueFactory = _ => "localhost" };
    private static readonly Option<int> Port = new("--port") { Description = "Port to listen on; 0 takes a free one.", HelpName = "N", DefaultValueFactory = _ => WebOptions.UsualPort };
    private static readonly Option<string> PathBase = new("--path-base") { Description = "Path below which a reverse proxy shows the app, such as /label.", HelpName = "PATH", DefaultValueFactory = _ => "" };
    private static readonly Option<bool> NewAdminLink = new("--new-admin-link") { Description = "Print a one-time sign-in link for a new admin, also when there is one and also while the app runs." };
    private static readonly Option<bool> NoSample = new("--no-sample") { Description = "Do not make the sample project in a new data folder." };
    private static readonly Option<int> MaxUpload = new("--max-upload") { Description = "Largest file that the import page takes, in MiB.", HelpName = "MIB", DefaultValueFactory = _ => WebOptions.UsualMaxUpload };
    private static readonly Option<int> Models = new("--models") { Description = "Models loaded at once to answer on the Try page.", HelpName = "N", DefaultValueFactory = _ => new ServePoolOptions().MostModels };
    private static readonly Option<int> ModelIdle = new("--model-idle") { Description = "Minutes until a model that nobody asks is unloaded.", HelpName = "N", DefaultValueFactory = _ => (int)new ServePoolOptions().Idle.TotalMinutes };

    // What the test host adds; the builder reads them.
    private static readonly Option<string?>[] OfTheHost = [Hidden("--environment"), Hidden("--contentRoot"), Hidden("--applicationName")];

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Alignment: people label answers in the browser, and train on the labels.") { DataDir, Host, Port, PathBase, NewAdminLink, NoSample, MaxUpload, Models, ModelIdle };
        Array.ForEach(OfTheHost, root.Options.Add);
        Port.Validators.Add(result => Refuse(result, result.GetValueOrDefault<int>() is < 0 or > 65535, "--port is 0 to 65535"));
        Models.Validators.Add(result => Refuse(result, result.GetValueOrDefault<int>() is < 1 or > 100, "--models is 1 to 100"));
        ModelIdle.Validators.Add(result => Refuse(result, result.GetValueOrDefault<int>() is < 1 or > 10_000, "--model-idle is 1 to 10000"));
        PathBase.Validators.Add(result => Refuse(result, result.GetValueOrDefault<string>() is { Length: > 0 } path && (path[0] != '/' || path[^1] == '/'), "--path-base begins with / and does not end with one, such as /label"));
        MaxUpload.Validators.Add(result => Refuse(result, result.GetValueOrDefault<int>() is < 1 or > 1 << 20, "--max-upload is 1 to 1048576 MiB"));
        root.SetAction((parsed, cancellationToken) => WebHost.RunAsync(Read(parsed), HostArguments(parsed), output, cancellationToken));
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is not System.CommandLine.Help.HelpAction)
        {
            await error.WriteLineAsync(string.Join(Environment.NewLine, parsed.Errors.Select(found => $"error: {found.Message}").Append("'./run.sh --help' shows the options.")));
            return ExitCodes.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (UserError e)
        {
            await error.WriteLineAsync($"error: {e.Message}");
            return e.ExitCode;
        }
    }

    private static WebOptions Read(ParseResult parsed) => new()
    {
        Folder = DataFolder.Resolve(parsed.GetValue(DataDir)),
        Host = parsed.GetRequiredValue(Host),
        Port = parsed.GetValue(Port),
        PathBase = parsed.GetRequiredValue(PathBase),
        NewAdminLink = parsed.GetValue(NewAdminLink),
        NoSample = parsed.GetValue(NoSample),
        MaxUpload = parsed.GetValue(MaxUpload),
        Serving = new ServePoolOptions { MostModels = parsed.GetValue(Models), Idle = TimeSpan.FromMinutes(parsed.GetValue(ModelIdle)) },
    };

    private static string[] HostArguments(ParseResult parsed) =>
        [.. OfTheHost.Where(option => parsed.GetValue(option) is not null).Select(option => $"{option.Name}={parsed.GetValue(option)}")];

    private static Option<string?> Hidden(string name) => new(name) { Hidden = true };

    private static void Refuse(OptionResult result, bool wrong, string message)
    {
        if (wrong)
        {
            result.AddError(message);
        }
    }
}
