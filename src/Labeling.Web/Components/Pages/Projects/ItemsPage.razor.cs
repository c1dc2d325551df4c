using Alignment.Pipeline.Items;
using Alignment.Pipeline.Items.List;
using Microsoft.AspNetCore.Components;

namespace Alignment.Labeling.Web.Components.Pages.Projects;

/// <summary>A project's items, page by page.</summary>
public partial class ItemsPage : DataPage
{
    private const int PageSize = 50;
    private readonly Stack<long> _earlier = new();
    private ItemPage? _page;
    private string _kind = "", _labeled = "", _text = "";
    private long _after;

    /// <summary>The project's name.</summary>
    [Parameter]
    public string Name { get; set; } = "";

    private int Before => _earlier.Count * PageSize;

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync() => FindAsync();

    private Task FindAsync()
    {
        _earlier.Clear();
        _after = 0;
        return LoadAsync();
    }

    private Task NextAsync()
    {
        _earlier.Push(_after);
        _after = _page!.Next!.Value;
        return LoadAsync();
    }

    private Task BackAsync()
    {
        _after = _earlier.Pop();
        return LoadAsync();
    }

    private Task LoadAsync() => TryAsync(async () => _page = await Messages.SendAsync(new ListItems
    {
        Project = Name,
        Kind = _kind.Length > 0 ? Enum.Parse<ItemKind>(_kind) : null,
        Labeled = _labeled.Length > 0 ? bool.Parse(_labeled) : null,
        Text = _text,
        After = _after,
        Limit = PageSize,
    }));
}
