using Alignment.Pipeline.Projects.Change;
using Alignment.Pipeline.Projects.Create;
using Alignment.Pipeline.Projects.List;
using Alignment.Pipeline.Projects.Show;
using Alignment.Shared;

namespace Alignment.Pipeline.Tests.Projects;

public class ProjectTests
{
    [Fact]
    public async Task Create_NewName_MakesAnEmptyProject()
    {
        await using var bench = new Bench();
        Assert.Equal("first", await bench.SendAsync(new CreateProject("first")));

        ProjectSummary project = Assert.Single(await bench.SendAsync(new ListProjects()));
        Assert.Equal(("first", 0, 0), (project.Name, project.Items, project.Labels));
    }

    [Theory]
    [InlineData("first", "already")]
    [InlineData("", "project's name")]
    [InlineData("../x", "project's name")]
    [InlineData("with space", "project's name")]
    public async Task Create_WrongName_IsRefusedByReason(string name, string word)
    {
        await using var bench = new Bench();
        await bench.SendAsync(new CreateProject("first"));

        UserError error = await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new CreateProject(name)));

        Assert.Contains(word, error.Message);
        Assert.Single(await bench.SendAsync(new ListProjects()));
    }

    [Fact]
    public async Task Change_SetsWhatIsGiven_AndLeavesTheRest()
    {
        await using var bench = new Bench();
        await bench.SendAsync(new CreateProject("p"));
        Assert.True(await bench.SendAsync(new ChangeProject("p") { Overlap = 3, Guidelines = "# Be kind", ContentWarning = "Rude words" }));
        Assert.False(await bench.SendAsync(new ChangeProject("p") { Overlap = 3 }));
        Assert.True(await bench.SendAsync(new ChangeProject("p") { ContentWarning = " " }));

        ProjectDetails project = await bench.SendAsync(new ShowProject("p"));
        Assert.Equal((3, "# Be kind", null), (project.Overlap, project.Guidelines, project.ContentWarning));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public async Task Change_OverlapOutOfRange_IsRefused(int overlap)
    {
        await using var bench = new Bench();
        await bench.SendAsync(new CreateProject("p"));

        UserError error = await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new ChangeProject("p") { Overlap = overlap }));

        Assert.Contains("1 to 100", error.Message);
    }

    [Fact]
    public async Task Change_UnknownProject_NamesTheKnownOnes()
    {
        await using var bench = new Bench();
        await bench.SendAsync(new CreateProject("p"));

        UserError error = await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new ChangeProject("q") { Overlap = 2 }));

        Assert.Contains("known: p", error.Message);
    }
}
