namespace Alignment.EndToEnd.Tests.Browser.Tour;

/// <summary>Every page once, with an address that shows something.</summary>
internal static class Pages
{
    /// <summary>Pages by name. Those that are labeled on are looked at on a phone, too.</summary>
    public static IReadOnlyList<TourPage> All { get; } =
    [
        new("home", "", "/", OnPhone: true),
        new("label-pairs", "label/demo/pairs", "/label/{project}/pairs", OnPhone: true),
        new("label-singles", "label/demo/singles", "/label/{project}/singles", OnPhone: true),
        new("my-judgments", "my-judgments", "/my-judgments", OnPhone: true),
        new("my-judgment", "my-judgments/{judgment}", "/my-judgments/{id:long}", OnPhone: true),
        new("projects", "projects", "/projects"),
        new("project", "projects/demo", "/projects/{Name}"),
        new("project-items", "projects/demo/items", "/projects/{Name}/items"),
        new("project-flagged", "projects/demo/flagged", "/projects/{Name}/flagged"),
        new("project-import", "projects/demo/import", "/projects/{Name}/import"),
        new("item", "items/1", "/items/{Id:long}"),
        new("import", "import", "/import"),
        new("datasets", "datasets", "/datasets"),
        new("dataset", $"datasets/{FurnishedApp.Dataset}", "/datasets/{Id}"),
        new("runs", "runs", "/runs"),
        new("run-new", $"runs/new?data={FurnishedApp.Dataset}&model=demo", "/runs/new"),
        new("run", $"runs/{FurnishedApp.Runs[0]}", "/runs/{Id}"),
        new("runs-compare", $"runs/compare?ids={string.Join(',', FurnishedApp.Runs)}", "/runs/compare"),
        new("models", "models", "/models"),
        new("model", "models/demo", "/models/{Name}"),
        new("try", $"try?model={FurnishedApp.Runs[0]}", "/try"),
        new("people", "people", "/people"),
        new("password", "password", "/password"),
        new("sign-in", "sign-in", "/sign-in"),
        new("not-found", "not-found", "/not-found"),
    ];
}

/// <summary>A page of the tour.</summary>
/// <param name="Name">What it is called in docs/screens.</param>
/// <param name="Address">Where it is, relative to the start page; <c>{judgment}</c> is the first judgment that somebody made.</param>
/// <param name="Route">Its route as docs/routes.md writes it.</param>
/// <param name="OnPhone">Whether it is looked at on a phone, too.</param>
internal sealed record TourPage(string Name, string Address, string Route, bool OnPhone = false);
