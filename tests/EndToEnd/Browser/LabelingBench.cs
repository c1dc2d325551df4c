using System.Text;
using Alignment.Pipeline;
using Alignment.Pipeline.Items.Import;
using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Labeling.Next;
using Alignment.Pipeline.People;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Alignment.EndToEnd.Tests.Browser;

/// <summary>The tests that share one app.</summary>
[CollectionDefinition(nameof(LabelingBench))]
public sealed class LabelingTests : ICollectionFixture<LabelingBench>;

/// <summary>
/// One app for the tests of labeling, with an annotator who is signed in once: signing in is limited per minute. Each test
/// labels a project of its own.
/// </summary>
public sealed class LabelingBench : IAsyncDisposable
{
    private readonly Lazy<Task<(WebApp App, string SignedIn)>> _started = new(StartAsync);
    private ServiceProvider? _services;

    /// <summary>Sends a message beside the app, as somebody who may do everything.</summary>
    internal async Task<T> SendAsync<T>(IRequest<T> message)
    {
        await using AsyncServiceScope scope = (await ServicesAsync()).CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(message, TestContext.Current.CancellationToken);
    }

    internal async Task<AlignmentDb> DbAsync() => (await ServicesAsync()).GetRequiredService<IDbContextFactory<AlignmentDb>>().CreateDbContext();

    /// <summary>A new project with these rows; the name.</summary>
    internal async Task<string> ProjectAsync(params string[] rows)
    {
        string name = $"project-{Guid.NewGuid():N}"[..16];
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', rows)));
        List<BadRow> bad = [];
        await SendAsync(new ImportRows { Content = content, FileName = "rows.jsonl", Project = name, BadRow = bad.Add });
        Assert.Empty(bad);
        return name;
    }

    /// <summary>A new project with this many pairs.</summary>
    internal Task<string> PairsAsync(int count) =>
        ProjectAsync([.. Enumerable.Range(1, count).Select(row => FormattableString.Invariant($$"""{"prompt": "question {{row}}", "answers": ["answer one of {{row}}", "answer two of {{row}}"]}"""))]);

    /// <summary>A browser of its own in which the annotator is signed in.</summary>
    internal async Task<Visitor> AnnotatorAsync(BrowserNewContextOptions? options = null)
    {
        (WebApp app, string signedIn) = await _started.Value;
        options ??= new() { ViewportSize = new() { Width = 1280, Height = 900 } };
        options.StorageState = signedIn;
        return await Visitor.ComeAsync(app, options);
    }

    /// <summary>The annotator at the first item of a project.</summary>
    internal async Task<Visitor> LabelAsync(string project, string page = "pairs", BrowserNewContextOptions? options = null)
    {
        Visitor annotator = await AnnotatorAsync(options);
        await annotator.GoAsync($"label/{project}/{page}");
        await Assertions.Expect(annotator.Page.Locator("#items > article:not([hidden])")).ToBeVisibleAsync();
        return annotator;
    }

    /// <summary>Everything that was said in a project, oldest first.</summary>
    internal async Task<IReadOnlyList<Judgment>> SaidAsync(string project)
    {
        await using AlignmentDb db = await DbAsync();
        return await db.Judgments.Where(judgment => judgment.Item!.Project!.Name == project).OrderBy(judgment => judgment.Id).ToListAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Gives the items of a project that nobody holds now to somebody else.</summary>
    internal Task<IReadOnlyList<LeasedItem>> OthersTakeAsync(string project, string person) => SendAsync(new LeaseNext(project, person, 10));

    /// <summary>Ends every lease of a project at once.</summary>
    internal async Task EndLeasesAsync(string project)
    {
        await using AlignmentDb db = await DbAsync();
        await db.Assignments.Where(row => row.Item!.Project!.Name == project && row.State == AssignmentState.Open)
            .ExecuteUpdateAsync(change => change.SetProperty(row => row.ExpiresAt, DateTime.UtcNow.AddMinutes(-1)), TestContext.Current.CancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        if (_started.IsValueCreated && _started.Value.IsCompletedSuccessfully)
        {
            await (await _started.Value).App.DisposeAsync();
        }
    }

    private static async Task<(WebApp App, string SignedIn)> StartAsync()
    {
        await Chromium.GetAsync();
        WebApp app = await WebApp.StartAsync(null, "--no-sample");
        await using Visitor admin = await Visitor.FirstAdminAsync(app);
        return (app, await admin.Context.StorageStateAsync());
    }

    private async Task<ServiceProvider> ServicesAsync() => _services ??= new ServiceCollection()
        .AddPipeline(new DataFolder((await _started.Value).App.DataDir), Actor.Operator)
        .BuildServiceProvider();
}
