using System.CommandLine;
using Alignment.Pipeline.People;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Alignment.Pipeline.Cli;

/// <summary>What a verb needs to do its work: the messages on the data folder that the command line names, and the terminal.</summary>
internal sealed class Session(Option<string?> dataDir, Terminal terminal)
{
    /// <summary>Where to print.</summary>
    public Terminal Terminal { get; } = terminal;

    /// <summary>A new option <c>--json</c>.</summary>
    public static Option<bool> JsonOption() => new("--json") { Description = "Print one JSON value instead of text." };

    /// <summary>A new, required option <c>--project</c>.</summary>
    public static Option<string> ProjectOption() => new("--project") { Description = "The project's name.", HelpName = "NAME", Required = true };

    /// <summary>Opens the database and sends one message.</summary>
    public async Task<T> SendAsync<T>(ParseResult parsed, IRequest<T> message, CancellationToken cancellationToken)
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddPipeline(DataFolder.Resolve(parsed.GetValue(dataDir)), Actor.Operator)
            .BuildServiceProvider();
        await services.GetRequiredService<IDatabaseStartup>().OpenAsync(cancellationToken);
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(message, cancellationToken);
    }
}
