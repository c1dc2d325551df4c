using Alignment.Pipeline.People;
using Alignment.Pipeline.People.Change;
using Alignment.Pipeline.People.Invite;
using Alignment.Pipeline.People.List;
using Alignment.Shared;
using MediatR;
using Microsoft.AspNetCore.Components;

namespace Alignment.Labeling.Web.Components.Pages.People;

/// <summary>Who may do what, and links for those who are new or lost their password.</summary>
public partial class PeoplePage
{
    private readonly HashSet<string> _invited = [Role.Annotator];
    private IReadOnlyList<PersonSummary>? _people;
    private UserError? _problem;
    private string? _link, _linkFor;

    [Inject]
    private Messages Messages { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync() => _people = await Messages.SendAsync(new ListPeople());

    private static void Toggle(HashSet<string> roles, string role, bool on) => _ = on ? roles.Add(role) : roles.Remove(role);

    private Task InviteAsync() => LinkAsync(new MakeLink(_invited), $"A link for somebody new ({string.Join(", ", _invited.Order())}).");

    private Task ResetAsync(PersonSummary person) => LinkAsync(new MakeLink([], person.Id), $"A link for a new password of {person.Name}.");

    private Task ChangeAsync(PersonSummary person, string role, bool on) =>
        SendAsync(new ChangePerson(person.Id, [.. on ? person.Roles.Append(role) : person.Roles.Where(held => held != role)], person.Closed));

    private async Task LinkAsync(MakeLink message, string about)
    {
        if (await SendAsync(message) is { } made)
        {
            (_link, _linkFor) = ($"{Navigation.BaseUri}join/{made.Token}", about);
        }
    }

    private async Task<T?> SendAsync<T>(IRequest<T> message)
    {
        _problem = null;
        try
        {
            T answer = await Messages.SendAsync(message);
            _people = await Messages.SendAsync(new ListPeople());
            return answer;
        }
        catch (UserError e)
        {
            _problem = e;
            return default;
        }
    }
}
