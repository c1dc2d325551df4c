namespace Alignment.Training;

/// <summary>
/// Metrics as sums with weights, divided once when they are logged, so that they do not depend on the micro-batches. A metric is
/// the sum of its terms, each with a weight of its own; one without weight is left out.
/// </summary>
public sealed class MetricSums
{
    private readonly OrderedDictionary<string, OrderedDictionary<string, (double Sum, double Weight)>> _terms = new(StringComparer.Ordinal);

    /// <summary>Adds to a metric that has one term.</summary>
    public void Add(string name, double sum, double weight) => Add(name, "", sum, weight);

    /// <summary>Adds to one term of a metric.</summary>
    public void Add(string name, string term, double sum, double weight)
    {
        if (!_terms.TryGetValue(name, out OrderedDictionary<string, (double, double)>? terms))
        {
            _terms[name] = terms = new(StringComparer.Ordinal);
        }

        (double oldSum, double oldWeight) = terms.TryGetValue(term, out (double, double) old) ? old : default;
        terms[term] = (oldSum + sum, oldWeight + weight);
    }

    /// <summary>The means, in the order in which they were first added.</summary>
    public IReadOnlyDictionary<string, double> Values()
    {
        var values = new OrderedDictionary<string, double>(StringComparer.Ordinal);
        foreach ((string name, OrderedDictionary<string, (double Sum, double Weight)> terms) in _terms)
        {
            if (terms.Values.Any(term => term.Weight > 0))
            {
                values[name] = terms.Values.Where(term => term.Weight > 0).Sum(term => term.Sum / term.Weight);
            }
        }

        return values;
    }
}
