using Microsoft.Playwright;

namespace Alignment.EndToEnd.Tests.Browser;

/// <summary>From the printed link to a second person with a role.</summary>
public sealed class PeopleTests
{
    [Fact]
    public async Task FirstAdmin_InvitesAnAnnotator_WhoSeesOnlyWhatIsTheirs()
    {
        await using WebApp app = await WebApp.StartAsync();
        await using Visitor admin = await Visitor.FirstAdminAsync(app);
        await admin.GoAsync("people");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).ClickAsync();
        string link = await admin.Page.GetByLabel("The link").InputValueAsync();

        await using Visitor annotator = await Visitor.ComeAsync(app);
        await annotator.JoinAsync(new Uri(link), "bob");
        await Assertions.Expect(annotator.Page.GetByRole(AriaRole.Link, new() { Name = "My judgments" }).First).ToBeVisibleAsync();
        await Assertions.Expect(annotator.Page.GetByRole(AriaRole.Link, new() { Name = "People" })).ToHaveCountAsync(0);
        await annotator.Page.GotoAsync(new Uri(app.Address, "people").AbsoluteUri);
        await Assertions.Expect(annotator.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Not for your role");

        await admin.GoAsync("people");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Cell, new() { Name = "bob" })).ToBeVisibleAsync();
        admin.AssertNothingWrong();
        annotator.AssertNothingWrong();
    }
}
