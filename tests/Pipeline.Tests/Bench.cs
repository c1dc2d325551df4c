using System.IO.Compression;
using System.Text;
using Alignment.Pipeline.Cli;
using Alignment.Pipeline.Items.Import;
using Alignment.Pipeline.People;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Alignment.Pipeline.Tests;

/// <summary>A data folder of its own with a real SQLite file, and the front doors: messages and the command line.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private static readonly Lazy<byte[]> EmptyDatabase = new(MakeEmptyDatabase);
    private readonly ServiceProvider _services;

    public Bench(bool migrated = true, TimeProvider? clock = null, Action<IServiceCollection>? services = null, DataFolder? folder = null)
    {
        Folder = folder ?? new DataFolder(Directory.CreateTempSubdirectory("pipeline-tests-").FullName);
        if (migrated && folder is null)
        {
            File.WriteAllBytes(Folder.Database, EmptyDatabase.Value);
        }

        IServiceCollection all = new ServiceCollection().AddSingleton(clock ?? TimeProvider.System);
        services?.Invoke(all);
        _services = all.AddPipeline(Folder, Actor.Operator).BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public DataFolder Folder { get; }

    public IServiceProvider Services => _services;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public Task OpenAsync() => _services.GetRequiredService<IDatabaseStartup>().OpenAsync(Token);

    public AlignmentDb Db() => _services.GetRequiredService<IDbContextFactory<AlignmentDb>>().CreateDbContext();

    public async Task<T> SendAsync<T>(IRequest<T> message)
    {
        await using AsyncServiceScope scope = _services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(message, Token);
    }

    /// <summary>Imports rows into project "p".</summary>
    public Task<ImportResult> ImportAsync(params string[] rows) => ImportAsync(message => message, rows);

    /// <summary>Imports rows into project "p" with other options.</summary>
    public Task<ImportResult> ImportAsync(Func<ImportRows, ImportRows> options, params string[] rows) =>
        ImportAsync(options, Encoding.UTF8.GetBytes(string.Join('\n', rows)));

    /// <summary>Imports bytes into project "p".</summary>
    public async Task<ImportResult> ImportAsync(Func<ImportRows, ImportRows> options, byte[] content)
    {
        using var stream = new MemoryStream(content);
        return await SendAsync(options(new ImportRows { Content = stream, FileName = "rows.jsonl", Project = "p" }));
    }

    /// <summary>Imports one row that must be rejected and returns the report.</summary>
    public async Task<BadRow> RejectAsync(byte[] row)
    {
        List<BadRow> bad = [];
        ImportResult result = await ImportAsync(message => message with { BadRow = bad.Add }, row);
        Assert.Equal((1, 0, 1), (result.Rows, result.Imported, result.Rejected));
        return Assert.Single(bad);
    }

    /// <summary>Runs a command line in this process on this data folder.</summary>
    public async Task<Answer> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await CommandLine.RunAsync([.. args, "--data-dir", Folder.Root], new Terminal(output, error, false, false), Token);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Writes a file into the data folder and returns its path.</summary>
    public string WriteRows(string name, params string[] rows)
    {
        string path = Path.Combine(Folder.Root, name);
        File.WriteAllLines(path, rows);
        return path;
    }

    public static byte[] Gzip(byte[] content)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return target.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Folder.Root, recursive: true);
    }

    private static byte[] MakeEmptyDatabase()
    {
        string folder = Directory.CreateTempSubdirectory("pipeline-tests-empty-").FullName;
        var data = new DataFolder(folder);
        using (ServiceProvider services = new ServiceCollection().AddPipeline(data).BuildServiceProvider())
        {
            services.GetRequiredService<IDatabaseStartup>().OpenAsync().GetAwaiter().GetResult();
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        byte[] bytes = File.ReadAllBytes(data.Database);
        Directory.Delete(folder, recursive: true);
        return bytes;
    }

    internal sealed record Answer(int Code, string Output, string Error);
}
