using System.Security.Claims;
using Alignment.Labeling.Web.Security;
using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Labeling.Heartbeat;
using Alignment.Pipeline.Labeling.Next;
using Alignment.Pipeline.Labeling.Progress;
using Alignment.Pipeline.Labeling.Submit;
using Alignment.Pipeline.Labeling.Undo;
using Alignment.Shared;
using Microsoft.AspNetCore.Mvc;

namespace Alignment.Labeling.Web.Api;

/// <summary>
/// What the scripts of the labeling pages ask for. Every write can be sent again with the same key; an answer of 4xx with a
/// <c>kind</c> is about the page, one without is about the press itself.
/// </summary>
internal static class LabelingApi
{
    public static void MapLabeling(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder label = routes.MapGroup("/api/label").RequireAuthorization(Policies.Annotator);
        label.AddEndpointFilter<SamePerson>();
        label.MapGet("/{project}/next", NextAsync);
        label.MapGet("/{project}/progress", ProgressAsync);
        RouteGroupBuilder writes = label.MapGroup("").AddEndpointFilter<AntiforgeryHeader>();
        writes.MapPost("/judgments", SubmitAsync);
        writes.MapPost("/undo", UndoAsync);
        writes.MapPost("/heartbeat", RenewAsync);
    }

    private static async Task<NextAnswer> NextAsync(
        string project, Messages messages, ClaimsPrincipal user, CancellationToken cancellationToken, string kind = "", int count = 4, [FromQuery] string[]? have = null)
    {
        IReadOnlyList<LeasedItem> leased = await messages.SendAsync(new LeaseNext(project, Id(user), count) { Kind = KindOf(kind) }, user, cancellationToken);
        ProjectProgress? progress = leased.Count > 0 ? null : await ProgressAsync(project, messages, user, cancellationToken);
        return new([.. leased.Where(item => have?.Contains(item.Token) != true).Select(ItemView.Of)], progress);
    }

    private static async Task<ProjectProgress> ProgressAsync(string project, Messages messages, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        (await messages.SendAsync(new MyProgress(Id(user)) { Project = project }, user, cancellationToken))[0];

    private static Task<Submitted> SubmitAsync(Press press, Messages messages, ClaimsPrincipal user, CancellationToken cancellationToken) => messages.SendAsync(
        new SubmitJudgment(Id(user), press.Token ?? "", press.Key ?? "", press.Verdict ?? "") { Comment = press.Comment, ActiveMilliseconds = press.ActiveMilliseconds },
        user,
        cancellationToken);

    private static async Task<IResult> UndoAsync(Press press, Messages messages, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await messages.SendAsync(new UndoJudgment(Id(user), press.Token ?? "", press.Key ?? ""), user, cancellationToken);
        return Results.NoContent();
    }

    private static async Task<HeldLeases> RenewAsync(HeldLeases leases, Messages messages, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        new(await messages.SendAsync(new RenewLeases(Id(user), leases.Tokens ?? []), user, cancellationToken));

    private static string Id(ClaimsPrincipal user) => user.FindFirstValue(ClaimTypes.NameIdentifier)!;

    private static JudgmentKind? KindOf(string kind) => kind switch
    {
        "" => null,
        ItemView.Pair => JudgmentKind.Pair,
        ItemView.Single => JudgmentKind.Single,
        _ => throw new UserError($"there is no kind '{kind}': it is '{ItemView.Pair}' or '{ItemView.Single}'"),
    };

    /// <summary>A press of a key, or the undo of one.</summary>
    /// <param name="Token">The item's lease.</param>
    /// <param name="Key">Made once per press.</param>
    /// <param name="Verdict">About the stored answers; nothing in an undo.</param>
    /// <param name="Comment">A remark.</param>
    /// <param name="ActiveMilliseconds">Attention.</param>
    internal sealed record Press(string? Token, string? Key, string? Verdict, string? Comment, long? ActiveMilliseconds);

    /// <summary>Leases that a page holds, or that still hold.</summary>
    /// <param name="Tokens">Their tokens.</param>
    internal sealed record HeldLeases(IReadOnlyList<string>? Tokens);

    /// <summary>The next items; when there are none, how far the person is.</summary>
    /// <param name="Items">Those that the page does not have yet.</param>
    /// <param name="Progress">Null while there are items.</param>
    internal sealed record NextAnswer(IReadOnlyList<ItemView> Items, ProjectProgress? Progress);
}
