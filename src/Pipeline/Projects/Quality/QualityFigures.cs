using Alignment.Pipeline.Items.Import;
using Alignment.Pipeline.Labeling;
using Alignment.Shared.Preferences;
using Alignment.Shared.Statistics;

namespace Alignment.Pipeline.Projects.Quality;

/// <summary>From the current judgments of people to figures. Pure.</summary>
internal static class QualityFigures
{
    private const int MostPairs = 50;
    private const string NotTwice = "no item has the opinions of two people";
    private const string OneLabel = "both say the same of every item, so that chance explains all of it";
    private const string NoSide = "no verdict prefers an answer of which it is known where it stood";

    /// <summary>All figures.</summary>
    /// <param name="current">Current judgments of people.</param>
    /// <param name="names">The names of people by id.</param>
    public static ProjectQuality Of(IReadOnlyCollection<Judgment> current, IReadOnlyDictionary<string, string> names)
    {
        Opinion[] opinions = [.. current.Where(judgment => !judgment.Surplus).Select(Opinion.Of).OfType<Opinion>()];
        ILookup<string, Opinion> byPerson = opinions.ToLookup(opinion => opinion.Person);
        Dictionary<string, double[]> agreement = WithOthers(opinions);
        return new(
            Left(opinions),
            [.. opinions.GroupBy(opinion => opinion.Kind).OrderBy(kind => kind.Key).Select(kind => OfKind(kind.Key, [.. kind], names))],
            [.. current.GroupBy(judgment => judgment.LabelerId)
                .Select(person => OfPerson(person.Key, [.. person], [.. byPerson[person.Key]], agreement.GetValueOrDefault(person.Key) ?? [], names))
                .OrderByDescending(person => person.Opinions).ThenBy(person => person.Name, StringComparer.Ordinal)]);
    }

    private static PersonQuality OfPerson(string id, Judgment[] judgments, Opinion[] opinions, double[] agreement, IReadOnlyDictionary<string, string> names)
    {
        double[] times = [.. opinions.Where(opinion => opinion.Milliseconds is not null).Select(opinion => opinion.Milliseconds!.Value / 1000.0)];
        return new(
            id,
            Name(id, names),
            opinions.Length,
            judgments.Count(judgment => judgment.Verdict == Verdicts.Skip),
            judgments.Count(judgment => judgment.Verdict == Verdicts.Flag),
            judgments.Count(judgment => judgment.Surplus),
            times.Length == 0 ? null : Samples.Quantile(times, 0.5),
            Left(opinions),
            Estimates.Mean(agreement, "nobody else judged an item of this person"));
    }

    private static KindAgreement OfKind(JudgmentKind kind, Opinion[] opinions, IReadOnlyDictionary<string, string> names)
    {
        double[] scale = Opinion.Scale(kind);
        double[][] items = [.. opinions.GroupBy(opinion => opinion.ItemId).OrderBy(item => item.Key).Select(item => item.Select(opinion => opinion.Category).Order().ToArray())];
        double[][] twice = [.. items.Where(item => item.Length >= 2)];
        double[] same = [.. twice.Select(item => Ratings.PercentAgreement([item]))];
        var resamples = Resamples.Of(items);
        return new(
            kind.ToString().ToLowerInvariant(),
            items.Length,
            opinions.Select(opinion => opinion.Person).Distinct().Count(),
            Estimates.Mean(same, NotTwice),
            twice.Length == 0 ? Estimates.None(NotTwice) : Estimates.WithInterval(
                ChanceCorrectedAgreement.Gwet(Table(items), categories: scale).Value,
                twice.Length,
                () => resamples.Replicates(drawn => resamples.Ac1(drawn, scale)),
                NotTwice),
            [.. Common(opinions).OrderByDescending(pair => pair.Value.Count).ThenBy(pair => pair.Key).Take(MostPairs)
                .Select(pair => Kappa(Name(pair.Key.First, names), Name(pair.Key.Second, names), pair.Value, scale))]);
    }

    private static PairKappa Kappa(string first, string second, List<double[]> both, double[] scale)
    {
        var resamples = Resamples.Of(both);
        double value = CohenKappa.Kappa([.. both.Select(item => item[0])], [.. both.Select(item => item[1])]);
        return new(
            first,
            second,
            Estimates.Mean([.. both.Select(item => item[0] == item[1] ? 1.0 : 0)], NotTwice),
            Estimates.WithInterval(value, both.Count, () => resamples.Replicates(drawn => resamples.Kappa(drawn, scale)), OneLabel));
    }

    // What two people say of each item that both judged. Of a file that says two things of one item the last counts.
    private static Dictionary<(string First, string Second), List<double[]>> Common(Opinion[] opinions)
    {
        Dictionary<(string First, string Second), List<double[]>> common = [];
        foreach (IGrouping<long, Opinion> item in opinions.GroupBy(opinion => opinion.ItemId).OrderBy(item => item.Key))
        {
            Opinion[] people = [.. item.GroupBy(opinion => opinion.Person).Select(person => person.Last()).OrderBy(opinion => opinion.Person, StringComparer.Ordinal)];
            for (int i = 0; i < people.Length; i++)
            {
                for (int j = i + 1; j < people.Length; j++)
                {
                    (string, string) key = (people[i].Person, people[j].Person);
                    List<double[]> both = common.TryGetValue(key, out List<double[]>? known) ? known : common[key] = [];
                    both.Add([people[i].Category, people[j].Category]);
                }
            }
        }

        return common;
    }

    // For each person and each item that others judged too: the share of the others who say the same.
    private static Dictionary<string, double[]> WithOthers(Opinion[] opinions) => opinions
        .GroupBy(opinion => opinion.ItemId)
        .OrderBy(item => item.Key)
        .SelectMany(item => item
            .Select(own => (own.Person, Others: item.Where(other => other.Person != own.Person).ToArray(), own.Category))
            .Where(own => own.Others.Length > 0)
            .Select(own => (own.Person, Share: (double)own.Others.Count(other => other.Category == own.Category) / own.Others.Length)))
        .GroupBy(entry => entry.Person)
        .ToDictionary(person => person.Key, person => person.Select(entry => entry.Share).ToArray());

    private static Estimate Left(IReadOnlyCollection<Opinion> opinions) =>
        Estimates.Share(opinions.Count(opinion => opinion.Left == true), opinions.Count(opinion => opinion.Left is not null), NoSide);

    private static double[][] Table(double[][] items)
    {
        int most = items.Max(item => item.Length);
        return Array.ConvertAll(items, item => (double[])[.. item, .. Enumerable.Repeat(double.NaN, most - item.Length)]);
    }

    private static string Name(string id, IReadOnlyDictionary<string, string> names) =>
        names.GetValueOrDefault(id) ?? (id == BatchWriter.Labeler ? "people (imported)" : id);
}
