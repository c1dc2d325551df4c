using Microsoft.AspNetCore.Components;

namespace Alignment.Labeling.Web.Components.Pages.Account;

/// <summary>Where to go after signing in: only ever a page of this app.</summary>
internal static class LocalPath
{
    /// <summary>The address to go to; the start page where the wish leads elsewhere.</summary>
    public static string OrStart(string? wish, NavigationManager navigation) =>
        wish is ['/', not ('/' or '\\'), ..] && Uri.TryCreate(new Uri(navigation.BaseUri), wish, out Uri? target) && target.AbsoluteUri.StartsWith(navigation.BaseUri, StringComparison.Ordinal)
            ? target.AbsoluteUri
            : navigation.BaseUri;
}
