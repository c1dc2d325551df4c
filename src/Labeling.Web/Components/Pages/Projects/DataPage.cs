using Alignment.Shared;
using Microsoft.AspNetCore.Components;

namespace Alignment.Labeling.Web.Components.Pages.Projects;

/// <summary>What the pages about data share: messages, and what went wrong with the last thing that was tried.</summary>
public abstract class DataPage : ComponentBase
{
    /// <summary>Sends messages.</summary>
    [Inject]
    protected Messages Messages { get; set; } = null!;

    /// <summary>Where the page is.</summary>
    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    /// <summary>What went wrong; null when nothing did.</summary>
    protected UserError? Error { get; set; }

    /// <summary>Does something and keeps the error that a user can mend.</summary>
    /// <returns>True when it worked.</returns>
    protected async Task<bool> TryAsync(Func<Task> work)
    {
        Error = null;
        try
        {
            await work();
            return true;
        }
        catch (UserError e)
        {
            Error = e;
            return false;
        }
    }
}
