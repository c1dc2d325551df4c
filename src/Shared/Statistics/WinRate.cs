namespace Alignment.Shared.Statistics;

/// <summary>Wins, ties and losses; a tie counts half.</summary>
/// <param name="Wins">Comparisons won.</param>
/// <param name="Ties">Comparisons that nobody won.</param>
/// <param name="Losses">Comparisons lost.</param>
public readonly record struct WinRate(int Wins, int Ties, int Losses)
{
    /// <summary>All comparisons.</summary>
    public int Count => Wins + Ties + Losses;

    /// <summary>Wins plus half the ties: the half counts.</summary>
    public double HalfCounts => Wins + 0.5 * Ties;

    /// <summary>The win rate, 0 to 1; NaN without comparisons.</summary>
    public double Rate => HalfCounts / Count;

    /// <summary>Share of wins minus share of losses.</summary>
    public double Net => (double)(Wins - Losses) / Count;

    /// <summary>The standard error of the rate, with n − 1 (pandas' sem, as AlpacaEval).</summary>
    public double StandardError
    {
        get
        {
            double rate = Rate;
            double squares = Wins * (1 - rate) * (1 - rate) + Ties * (0.5 - rate) * (0.5 - rate) + Losses * rate * rate;
            return Math.Sqrt(squares / (Count - 1) / Count);
        }
    }

    /// <summary>Counts outcomes: 1 is a win, ½ a tie, 0 a loss.</summary>
    /// <exception cref="ArgumentException">Another value.</exception>
    public static WinRate Of(ReadOnlySpan<double> outcomes)
    {
        int wins = 0, ties = 0, losses = 0;
        foreach (double outcome in outcomes)
        {
            switch (outcome)
            {
                case 1:
                    wins++;
                    break;
                case 0.5:
                    ties++;
                    break;
                case 0:
                    losses++;
                    break;
                default:
                    throw new ArgumentException($"{outcome} is no outcome; allowed are 0, 0.5 and 1", nameof(outcomes));
            }
        }

        return new(wins, ties, losses);
    }

    /// <summary>Counts margins: above 0 is a win, exactly 0 a tie.</summary>
    public static WinRate OfMargins(ReadOnlySpan<double> margins)
    {
        int wins = 0, ties = 0;
        foreach (double margin in margins)
        {
            wins += margin > 0 ? 1 : 0;
            ties += margin == 0 ? 1 : 0;
        }

        return new(wins, ties, margins.Length - wins - ties);
    }

    /// <summary>Wilson's interval of the half counts.</summary>
    public Interval Wilson(double alpha = Intervals.DefaultAlpha) => Intervals.Wilson(HalfCounts, Count, alpha);

    /// <summary>Rate ± z · standard error.</summary>
    public Interval Normal(double alpha = Intervals.DefaultAlpha) => Intervals.NormalMean(Rate, StandardError, alpha);

    /// <summary>Rate ± t · standard error.</summary>
    public Interval Student(double alpha = Intervals.DefaultAlpha) => Intervals.StudentMean(Rate, StandardError, Count, alpha);
}
