using System.Globalization;
using System.Security.Claims;
using Alignment.Pipeline.Labeling.Progress;
using Alignment.Pipeline.People;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Alignment.Labeling.Web.Components.Pages;

/// <summary>Where everybody begins: what is open, how far one is, and the ways on.</summary>
public partial class Home
{
    private static readonly (string Address, string Name, string About)[] Shortcuts =
    [
        ("projects", "Projects", "Import answers, see agreement, freeze a dataset"),
        ("datasets", "Datasets", "Rows, splits and hashes of what was frozen"),
        ("runs", "Runs", "Start a training run and watch it"),
        ("models", "Models", "Where each model came from and how good it is"),
        ("try", "Try", "Ask two models the same and send the answers back to be labeled"),
    ];

    private IReadOnlyList<ProjectProgress>? _projects;
    private string _person = "";
    private string _name = "";

    [CascadingParameter]
    private Task<AuthenticationState> Identity { get; set; } = null!;

    [Inject]
    private Messages Messages { get; set; } = null!;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        ClaimsPrincipal user = (await Identity).User;
        _name = user.Identity?.Name ?? "";
        _person = await Messages.PersonIdAsync();
        if (user.IsInRole(Role.Annotator) || user.IsInRole(Role.Admin))
        {
            _projects = await Messages.SendAsync(new MyProgress(_person));
        }
    }

    private static string Open(ProjectProgress project) => string.Join(" and ", new[]
    {
        Counted(project.OpenPairs, "pair", "pairs"),
        Counted(project.OpenSingles, "single answer", "single answers"),
    }.OfType<string>()) + " open for you";

    private static string Done(ProjectProgress project)
    {
        string done = string.Create(CultureInfo.InvariantCulture, $"You did {project.DoneToday} today, {project.DoneInAll} in all");
        return project.MedianActiveMilliseconds is { } median
            ? done + string.Create(CultureInfo.InvariantCulture, $", about {Math.Max(1, Math.Round(median / 1000.0)):0} s each")
            : done;
    }

    private static string? Counted(int count, string one, string many) =>
        count == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");
}
