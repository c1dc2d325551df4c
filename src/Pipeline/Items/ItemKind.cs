namespace Alignment.Pipeline.Items;

/// <summary>What an item asks for.</summary>
public enum ItemKind
{
    /// <summary>A comparison of two answers to one prompt.</summary>
    Pair,

    /// <summary>A rating of one answer.</summary>
    Single,

    /// <summary>A prompt without an answer.</summary>
    Prompt,

    /// <summary>A conversation whose last assistant turn is worth imitating.</summary>
    Demonstration,

    /// <summary>Running text without roles, for language modelling.</summary>
    Text,
}
