using System.Security.Cryptography;
using System.Text;
using Alignment.Labeling.Web.Api;
using Alignment.Pipeline.Labeling.Brief;
using Alignment.Shared;
using Microsoft.AspNetCore.Components;

namespace Alignment.Labeling.Web.Components.Pages.Label;

/// <summary>The labeling page as the server draws it: buttons, panels and dialogs; the scripts under wwwroot/label do the rest.</summary>
public partial class LabelDesk
{
    private ProjectBrief? _brief;
    private string _person = "";
    private string? _problem;

    /// <summary>The project's name.</summary>
    [Parameter, EditorRequired]
    public required string Project { get; set; }

    /// <summary>"pair" or "single".</summary>
    [Parameter, EditorRequired]
    public required string Kind { get; set; }

    [Inject]
    private Messages Messages { get; set; } = null!;

    private bool IsPair => Kind == ItemView.Pair;

    private IReadOnlyList<DeskButton> Verdicts => IsPair ? DeskButton.OfPairs : DeskButton.OfSingles;

    private IEnumerable<DeskButton> Tools => DeskButton.Tools.Where(tool => (IsPair || tool.Action != "difference") && (tool.Action != "guidelines" || _brief?.Guidelines is not null));

    // A warning that says something new is shown again.
    private string WarningId => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_brief?.ContentWarning ?? "")))[..16];

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        try
        {
            _person = await Messages.PersonIdAsync();
            _brief = await Messages.SendAsync(new ShowBrief(Project));
        }
        catch (UserError e)
        {
            _problem = e.Message;
        }
    }
}
