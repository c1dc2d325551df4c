namespace Alignment.Pipeline.Labeling;

/// <summary>In which order the answers of a pair were seen.</summary>
public enum ShownOrder
{
    /// <summary>A first.</summary>
    AB,

    /// <summary>B first.</summary>
    BA,

    /// <summary>Both orders; only judges.</summary>
    Both,
}
