using System.CommandLine;
using Alignment.Pipeline.Projects.List;
using Alignment.Pipeline.Projects.Show;
using Alignment.Shared;

namespace Alignment.Pipeline.Cli;

/// <summary><c>pipeline projects list|show</c>.</summary>
internal static class ProjectsCommand
{
    public static Command Create(Session session) => new Verb(
        "projects", "The projects of the data folder.", "pipeline projects list", "pipeline projects show hh --json")
    {
        List(session), Show(session),
    };

    private static Verb List(Session session)
    {
        Option<bool> json = Session.JsonOption();
        var verb = new Verb("list", "All projects with what they hold.", "pipeline projects list", "pipeline projects list --json") { json };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            IReadOnlyList<ProjectSummary> projects = await session.SendAsync(parsed, new ListProjects(), cancellationToken);
            if (parsed.GetValue(json))
            {
                session.Terminal.Value(projects);
                return ExitCodes.Done;
            }

            session.Terminal.Table(
                ["project", "items", "labels", "datasets", "created (UTC)"],
                [.. projects.Select(project => (IReadOnlyList<string>)[project.Name, Words.Count(project.Items), Words.Count(project.Labels), Words.Count(project.Datasets), Words.Time(project.CreatedAt)])]);
            return ExitCodes.Done;
        });
        return verb;
    }

    private static Verb Show(Session session)
    {
        var name = new Argument<string>("NAME") { Description = "The project's name." };
        Option<bool> json = Session.JsonOption();
        var verb = new Verb("show", "What one project holds.", "pipeline projects show hh", "pipeline projects show hh --json") { name, json };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            ProjectDetails project = await session.SendAsync(parsed, new ShowProject(parsed.GetRequiredValue(name)), cancellationToken);
            if (parsed.GetValue(json))
            {
                session.Terminal.Value(project);
                return ExitCodes.Done;
            }

            session.Terminal.Table(["project", project.Name],
            [
                ["created (UTC)", Words.Time(project.CreatedAt)],
                ["items", Words.Counts(project.Items)],
                ["different prompts", Words.Count(project.Prompts)],
                ["without a label", Words.Count(project.Unlabeled)],
                ["labels by maker", Words.Counts(project.Labels)],
                ["labels by verdict", Words.Counts(project.Verdicts)],
                ["datasets", string.Join(", ", project.Datasets)],
                ["people per item", Words.Count(project.Overlap)],
            ]);
            return ExitCodes.Done;
        });
        return verb;
    }
}
