using Alignment.Pipeline.People;
using Alignment.Shared.Statistics;
using FluentValidation;
using MediatR;

namespace Alignment.Pipeline.Projects.Quality;

/// <summary>
/// What the people of a project did, how far they agree with each other, and whether they prefer a side of the screen. Of
/// their judgments only the current ones count, without skips, flags and surplus.
/// </summary>
/// <param name="Project">The project's name.</param>
[Needs(Role.Engineer)]
public sealed record ShowQuality(string Project) : IRequest<ProjectQuality>;

/// <summary>What the people of a project did and how far they agree.</summary>
/// <param name="LeftShare">Verdicts for the answer on the left, of those for a side; with Wilson's interval.</param>
/// <param name="Agreement">One entry for pairs and one for single answers, where people judged them.</param>
/// <param name="People">Who judged, most opinions first.</param>
public sealed record ProjectQuality(Estimate LeftShare, IReadOnlyList<KindAgreement> Agreement, IReadOnlyList<PersonQuality> People);

/// <summary>
/// How far people agree on the items of one kind. Of pairs they say: A, tie, B, or both bad; how much better does not matter
/// here. Of single answers: up or down.
/// </summary>
/// <param name="Kind"><c>pair</c> or <c>single</c>.</param>
/// <param name="Rated">Items with at least one opinion.</param>
/// <param name="People">People with an opinion.</param>
/// <param name="Same">Of two opinions on one item the share that is the same, each item counting once.</param>
/// <param name="Ac1">Gwet's AC1 over all rated items and the whole scale.</param>
/// <param name="Kappas">Cohen's kappa of two people at a time, most common items first.</param>
public sealed record KindAgreement(string Kind, int Rated, int People, Estimate Same, Estimate Ac1, IReadOnlyList<PairKappa> Kappas);

/// <summary>Two people on the items that both judged.</summary>
/// <param name="First">A person's name.</param>
/// <param name="Second">Another person's name.</param>
/// <param name="Same">The share of the items of which they say the same.</param>
/// <param name="Kappa">Cohen's kappa.</param>
public sealed record PairKappa(string First, string Second, Estimate Same, Estimate Kappa);

/// <summary>What one person did.</summary>
/// <param name="Id">The person's id.</param>
/// <param name="Name">The person's name.</param>
/// <param name="Opinions">Judgments that count.</param>
/// <param name="Skips">Items passed over.</param>
/// <param name="Flags">Items flagged.</param>
/// <param name="Surplus">Judgments that came when every place was taken.</param>
/// <param name="MedianSeconds">Median active time of an opinion; null where nobody measured.</param>
/// <param name="LeftShare">Verdicts for the answer on the left, of those for a side.</param>
/// <param name="Agreement">Of the others' opinions on the same items the share that is the person's, each item counting once.</param>
public sealed record PersonQuality(
    string Id, string Name, int Opinions, int Skips, int Flags, int Surplus, double? MedianSeconds, Estimate LeftShare, Estimate Agreement);

/// <summary>A figure of a sample.</summary>
/// <param name="Value">The figure; null where it is undefined.</param>
/// <param name="Interval">Of 95 %; null where it is undefined.</param>
/// <param name="Count">The sample's size.</param>
/// <param name="Why">Why the figure or its interval is undefined; null where both are there.</param>
public sealed record Estimate(double? Value, Interval? Interval, int Count, string? Why);

internal sealed class ShowQualityValidator : AbstractValidator<ShowQuality>
{
    public ShowQualityValidator() => RuleFor(message => message.Project).ProjectName();
}
