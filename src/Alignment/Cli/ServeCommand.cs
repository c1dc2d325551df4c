using System.CommandLine;
using System.Text.Json;

using Alignment.Serving;
using Alignment.Shared;

namespace Alignment.Cli;

/// <summary><c>align serve MODEL</c>: an OpenAI-compatible server on 127.0.0.1.</summary>
internal static class ServeCommand
{
    /// <summary>The environment variable that holds the API key.</summary>
    internal const string KeyVariable = "ALIGNMENT_SERVE_KEY";

    private static readonly Argument<string> ModelName = new("MODEL") { Description = "A name under models/, a run's id, a Hugging Face folder or a GGUF file." };
    private static readonly Option<string[]> Adapters = new("--adapter") { Description = "NAME=DIR: a PEFT folder, served under NAME beside the model; may be given several times." };
    private static readonly Option<string?> Name = new("--name") { Description = "Name that the model is served under (default: the last part of MODEL)." };
    private static readonly Option<int> Port = new("--port") { Description = "Port on 127.0.0.1 (0: a free one).", DefaultValueFactory = _ => 8000 };
    private static readonly Option<int> Batch = new("--batch") { Description = "Answers computed at once.", DefaultValueFactory = _ => 16 };
    private static readonly Option<int> Queue = new("--queue") { Description = "Requests that may wait; more are refused (429).", DefaultValueFactory = _ => 64 };
    private static readonly Option<int?> Context = new("--context") { Description = "Longest prompt with its answer, in tokens (default: what the model was made for)." };
    private static readonly Option<string?> ApiKey = new("--api-key") { Description = $"What clients must show; other people on this machine can see it here: prefer the variable {KeyVariable}." };
    private static readonly Option<int> RequestSeconds = new("--request-seconds") { Description = "How long a request may take, waiting included.", DefaultValueFactory = _ => 600 };
    private static readonly Option<int> StopSeconds = new("--stop-seconds") { Description = "How long requests may go on after SIGTERM or Ctrl-C.", DefaultValueFactory = _ => 30 };
    private static readonly Option<bool> UntilStdinCloses = new("--until-stdin-closes") { Description = "Also stop when standard input ends: then this process ends with the one that started it, however that ends." };
    private static readonly Option<bool> AsJson = new("--json") { Description = "Print the address as a line of JSON." };
    private static readonly Option<string> DataDir = DataFolder.Option();
    private static readonly ComputeOptions Compute = new();
    private static readonly JsonSerializerOptions OneLine = new(Output.JsonOptions) { WriteIndented = false };

    public static Command Create()
    {
        var command = new Command(
            "serve",
            "Serves a model on 127.0.0.1 with OpenAI's chat completions. One line on standard output says where, once it answers. docs/serve.md lists routes and fields.\n\n"
            + "Examples:\n  align serve smollm2 --port 8000\n"
            + "  align serve smollm2 --adapter kinder=.data/runs/kinder/adapter --port 0 --json\n"
            + "  curl http://127.0.0.1:8000/v1/chat/completions -H 'Content-Type: application/json' \\\n"
            + "    -d '{\"model\": \"smollm2\", \"messages\": [{\"role\": \"user\", \"content\": \"Name three things that float.\"}]}'")
        {
            ModelName, Adapters, Name, Port, Batch, Queue, Context, ApiKey, RequestSeconds, StopSeconds, UntilStdinCloses, AsJson, DataDir,
        };
        Compute.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        ServeOptions options = Options(parsed);
        (string Name, string Folder)[] adapters = [.. (parsed.GetValue(Adapters) ?? []).Select(Adapter)];
        string named = parsed.GetRequiredValue(ModelName);
        string source = ModelSource.Resolve(named, ".", new Shared.DataFolder(parsed.GetRequiredValue(DataDir)));
        using var models = new ServedModels(Compute.Load(parsed, source), parsed.GetValue(Name) ?? LastPart(named));
        foreach ((string name, string folder) in adapters)
        {
            models.Add(name, folder);
        }

        await using ChatServer server = await ChatServer.StartAsync(models, options).ConfigureAwait(false);
        Output.Line(parsed.GetValue(AsJson)
            ? JsonSerializer.Serialize(new Announcement(models.Name, models.Names, server.Address), OneLine)
            : $"serving {models.Name} on {server.Address}");
        Task signalled = Task.Delay(Timeout.Infinite, stop);
        Task closed = parsed.GetValue(UntilStdinCloses) ? StdinClosesAsync() : signalled;
        await (await Task.WhenAny(signalled, closed).ConfigureAwait(false)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await server.StopAsync().ConfigureAwait(false);
        return ExitCodes.Done;
    }

    private static Task StdinClosesAsync() => Task.Run(() =>
    {
        using Stream input = Console.OpenStandardInput();
        input.CopyTo(Stream.Null);
    });

    private static ServeOptions Options(ParseResult parsed)
    {
        string? key = parsed.GetValue(ApiKey) ?? Environment.GetEnvironmentVariable(KeyVariable);
        Require(parsed.GetValue(ApiKey) != "", ApiKey, "any text but an empty one");
        return new ServeOptions
        {
            Port = Within(parsed.GetValue(Port), Port, 0, 65535),
            Batch = Within(parsed.GetValue(Batch), Batch, 1, 1024),
            Queue = Within(parsed.GetValue(Queue), Queue, 0, 100_000),
            Context = parsed.GetValue(Context) is int context ? Within(context, Context, 2, int.MaxValue) : null,
            ApiKey = key is "" ? null : key,
            RequestTime = TimeSpan.FromSeconds(Within(parsed.GetValue(RequestSeconds), RequestSeconds, 1, 86_400)),
            StopTime = TimeSpan.FromSeconds(Within(parsed.GetValue(StopSeconds), StopSeconds, 0, 86_400)),
        };
    }

    private static (string Name, string Folder) Adapter(string value) => value.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } folder]
        ? (name, folder) : throw new UserError($"--adapter: '{value}' is not of the form NAME=DIR");

    private static string LastPart(string named)
    {
        string last = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(named)));
        return last.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? Path.GetFileNameWithoutExtension(last) : last;
    }

    private static int Within(int value, Option option, int least, int most)
    {
        Require(value >= least && value <= most, option, FormattableString.Invariant($"{least} to {most}"));
        return value;
    }

    private static void Require(bool holds, Option option, string allowed)
    {
        if (!holds)
        {
            throw new UserError($"{option.Name}: allowed is {allowed}");
        }
    }

    private sealed record Announcement(string Name, IReadOnlyList<string> Models, string Url);
}
