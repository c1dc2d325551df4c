using Alignment.Pipeline;
using Alignment.Pipeline.People;
using Alignment.Pipeline.People.Invite;
using Alignment.Pipeline.Runs.Show;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Alignment.Shared.Runs;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Alignment.Faults.Tests;

/// <summary>The data folder from beside the app, as a command line has it.</summary>
internal sealed class DataStore(string dataDir) : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddPipeline(new DataFolder(dataDir), Actor.Operator).BuildServiceProvider();

    public AlignmentDb Db() => _services.GetRequiredService<IDbContextFactory<AlignmentDb>>().CreateDbContext();

    public async Task<T> SendAsync<T>(IRequest<T> message)
    {
        await using AsyncServiceScope scope = _services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(message);
    }

    public async Task<string> InviteAsync() => (await SendAsync(new MakeLink([Role.Annotator]))).Token;

    public async Task SetOverlapAsync(string project, int overlap)
    {
        await using AlignmentDb db = Db();
        await db.Projects.Where(row => row.Name == project).ExecuteUpdateAsync(change => change.SetProperty(row => row.Overlap, overlap));
    }

    public async Task WaitForStateAsync(string run, RunState state, TimeSpan patience)
    {
        for (DateTime end = DateTime.UtcNow + patience; (await SendAsync(new ShowRun(run))).Summary.State != state; await Task.Delay(100))
        {
            Assert.True(DateTime.UtcNow < end, $"run {run} does not become {state}");
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
