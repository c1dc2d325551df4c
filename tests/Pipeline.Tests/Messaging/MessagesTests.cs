using System.Reflection;
using Alignment.Pipeline.Items.Import;
using Alignment.Pipeline.Messaging;
using Alignment.Pipeline.People;
using Alignment.Pipeline.Projects.Show;
using Alignment.Shared;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Alignment.Pipeline.Tests.Messaging;

public class MessagesTests
{
    private static readonly Assembly Pipeline = typeof(PipelineServices).Assembly;

    public static TheoryData<string> Messages => [.. Concrete().Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(Messages))]
    public void Message_HasExactlyOneHandler(string name)
    {
        Type message = Pipeline.GetType(name)!;
        Type response = message.GetInterfaces().Single(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IRequest<>)).GetGenericArguments()[0];
        Type handler = typeof(IRequestHandler<,>).MakeGenericType(message, response);
        ServiceCollection services = [];
        services.AddPipeline(new DataFolder("unused"));

        Assert.Single(services, service => service.ServiceType == handler);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Message_SaysWhoMaySendIt(string name)
    {
        Type message = Pipeline.GetType(name)!;

        Assert.True(message.IsDefined(typeof(NeedsAttribute)) != message.IsDefined(typeof(OpenToAllAttribute)), $"{name}: put [Needs] or [OpenToAll] on it");
    }

    [Fact]
    public void Messages_AreFound() => Assert.Contains(typeof(ImportRows).FullName, Messages.Select(row => row.Data));

    [Fact]
    public async Task Send_InvalidMessage_ReportsAllFindingsAtOnce()
    {
        await using var bench = new Bench();

        UserError error = await Assert.ThrowsAsync<UserError>(() => bench.ImportAsync(
            message => message with { Project = "no spaces allowed", Human = true, Relabel = true }, """{"text": "a"}"""));

        Assert.Contains("project's name", error.Message);
        Assert.Contains("--relabel", error.Message);
        Assert.Equal(ExitCodes.Usage, error.ExitCode);
    }

    [Fact]
    public async Task Send_UnknownProject_NamesTheKnownOnes()
    {
        await using var bench = new Bench();
        await bench.ImportAsync("""{"text": "a"}""");

        UserError error = await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new ShowProject("q")));

        Assert.Contains("known: p", error.Message);
    }

    [Fact]
    public void Handlers_AreSealedAndInternal() => Assert.All(
        MediatorRegistration.Find(Pipeline).Select(found => found.Implementation), type => Assert.True(type.IsSealed && !type.IsPublic, type.FullName));

    private static IEnumerable<Type> Concrete() => Pipeline.GetTypes().Where(type => type is { IsAbstract: false, IsInterface: false } && typeof(IBaseRequest).IsAssignableFrom(type));
}
