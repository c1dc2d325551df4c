using System.Net.Sockets;
using Alignment.Pipeline.People;
using Alignment.Pipeline.People.Invite;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using MediatR;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Alignment.Labeling.Web.Start;

/// <summary>The app from its lock to its end.</summary>
internal static class WebHost
{
    public static async Task<int> RunAsync(WebOptions options, string[] hostArguments, TextWriter output, CancellationToken cancellationToken)
    {
        using FolderLock? folderLock = FolderLock.TryTake(options.Folder);
        if (folderLock is null)
        {
            return await BesideAsync(options, output, cancellationToken);
        }

        await using WebApplication app = WebParts.Build(options, hostArguments);
        await app.Services.GetRequiredService<IDatabaseStartup>().OpenAsync(cancellationToken);
        string? token = await PrepareAsync(app.Services, options, output, cancellationToken);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e) when (IsAddressInUse(e))
        {
            throw new UserError($"port {options.Port} is in use by {PortUser.Describe(options.Port)}; choose another with --port, or end it", ExitCodes.Failed, e);
        }
        catch (SocketException e)
        {
            throw new UserError($"can not listen on {options.Host}:{options.Port}: {e.Message}; choose another --host or --port", ExitCodes.Failed, e);
        }

        string address = Address(app, options);
        folderLock.Tell(address);
        await TellAsync(options, address, token, output);
        await app.WaitForShutdownAsync(cancellationToken);
        return ExitCodes.Done;
    }

    // The folder is in use: a new link can still be made, anything else is an error that says by whom.
    private static async Task<int> BesideAsync(WebOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        FolderLock.Holder? holder = FolderLock.WhoHolds(options.Folder);
        if (!options.NewAdminLink || holder is null)
        {
            string who = holder is null ? "another process that is just starting" : FormattableString.Invariant($"process {holder.ProcessId}, which shows it on {holder.Address}");
            throw new UserError($"data folder {options.Folder.Root} is in use by {who}; use that, end it, or name another folder with --data-dir", ExitCodes.Failed);
        }

        await using WebApplication app = WebParts.Build(options, []);
        await app.Services.GetRequiredService<IDatabaseStartup>().OpenAsync(cancellationToken);
        string? token = await LinkAsync(app.Services, anyway: true, cancellationToken);
        await output.WriteLineAsync($"One-time link for a new admin (works for a day): {holder.Address}/join/{token}");
        return ExitCodes.Done;
    }

    private static async Task<string?> PrepareAsync(IServiceProvider services, WebOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentActor>().Actor = Actor.Operator;
        if (!options.NoSample && await new SampleProject(options.Folder).AddAsync(scope.ServiceProvider.GetRequiredService<IMediator>(), cancellationToken))
        {
            await output.WriteLineAsync($"made the sample project '{SampleProject.Name}' and the demo model in {options.Folder.Root}");
        }

        return await LinkAsync(services, options.NewAdminLink, cancellationToken);
    }

    private static async Task<string?> LinkAsync(IServiceProvider services, bool anyway, CancellationToken cancellationToken)
    {
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        MadeLink? link = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new MakeFirstAdminLink(anyway), cancellationToken);
        return link?.Token;
    }

    private static async Task TellAsync(WebOptions options, string address, string? token, TextWriter output)
    {
        if (!options.IsLoopback)
        {
            await output.WriteLineAsync($"warning: {options.Host} is reachable from other machines, and passwords travel in clear without TLS in front of it (docs/reverse-proxy.md)");
        }

        await output.WriteLineAsync($"Alignment is ready on {address}/ (data folder {options.Folder.Root})");
        if (token is not null)
        {
            await output.WriteLineAsync($"One-time link for the first admin (works for a day): {address}/join/{token}");
        }

        await output.WriteLineAsync("Ctrl-C stops it.");
        await output.FlushAsync();
    }

    private static string Address(WebApplication app, WebOptions options)
    {
        string? bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        int port = Uri.TryCreate(bound, UriKind.Absolute, out Uri? uri) ? uri.Port : options.Port;
        return FormattableString.Invariant($"http://{options.Host}:{port}{options.PathBase}");
    }

    private static bool IsAddressInUse(Exception? e) => e is not null && (e is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } || IsAddressInUse(e.InnerException));
}
