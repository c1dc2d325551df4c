namespace Alignment.Shared.Statistics;

/// <summary>
/// Tables of ratings: one row per item, one column per rater, NaN where a rater has not rated an item. Rows may be empty of
/// ratings, and so may columns.
/// </summary>
public static class Ratings
{
    /// <summary>The values that occur, rising.</summary>
    public static double[] Categories(double[][] ratings) => [.. ratings.SelectMany(row => row).Where(value => !double.IsNaN(value)).Distinct().Order()];

    /// <summary>[items][categories]: how many raters put an item into a category.</summary>
    /// <param name="ratings">The ratings.</param>
    /// <param name="categories">The categories, rising; more than occur are allowed.</param>
    /// <exception cref="ArgumentException">A rating that is no category.</exception>
    public static int[][] Counts(double[][] ratings, double[] categories) => Array.ConvertAll(ratings, row =>
    {
        int[] counts = new int[categories.Length];
        foreach (double value in row)
        {
            if (!double.IsNaN(value))
            {
                counts[Index(value, categories)]++;
            }
        }

        return counts;
    });

    /// <summary>The ratings of the items that both raters have rated.</summary>
    public static (double[] First, double[] Second) Both(double[][] ratings, int firstRater, int secondRater)
    {
        double[][] both = [.. ratings.Where(row => !double.IsNaN(row[firstRater]) && !double.IsNaN(row[secondRater]))];
        return (Array.ConvertAll(both, row => row[firstRater]), Array.ConvertAll(both, row => row[secondRater]));
    }

    /// <summary>
    /// Percent agreement: the share of equal pairs of ratings of an item, averaged over the items with two ratings or more; each
    /// item counts the same. 0 to 1; NaN without such an item.
    /// </summary>
    public static double PercentAgreement(double[][] ratings)
    {
        double sum = 0;
        int items = 0;
        foreach (int[] counts in Counts(ratings, Categories(ratings)))
        {
            double rated = counts.Sum();
            if (rated >= 2)
            {
                sum += counts.Sum(count => count * (count - 1.0)) / (rated * (rated - 1));
                items++;
            }
        }

        return sum / items;
    }

    /// <summary>The place of a value among the categories.</summary>
    /// <exception cref="ArgumentException">The value is no category.</exception>
    internal static int Index(double value, double[] categories) => Array.BinarySearch(categories, value) is >= 0 and var index
        ? index
        : throw new ArgumentException($"the rating {value} is none of the categories {string.Join(", ", categories)}", nameof(value));
}
