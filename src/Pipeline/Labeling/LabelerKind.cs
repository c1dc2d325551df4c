namespace Alignment.Pipeline.Labeling;

/// <summary>Who made a judgment.</summary>
public enum LabelerKind
{
    /// <summary>A person; also an import of which <c>--human</c> says that people made it.</summary>
    Person,

    /// <summary>A file of which nobody said who made its labels.</summary>
    Import,

    /// <summary>A model or a rule.</summary>
    Judge,
}
