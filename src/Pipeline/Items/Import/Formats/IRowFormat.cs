namespace Alignment.Pipeline.Items.Import.Formats;

/// <summary>One layout of rows. A new layout is one file and one line in <see cref="Layouts"/>.</summary>
internal interface IRowFormat
{
    /// <summary>What it is called in messages.</summary>
    string Name { get; }

    /// <summary>Every key whose content it reads.</summary>
    IReadOnlySet<string> Keys { get; }

    /// <summary>True when the row's keys are this layout's.</summary>
    bool Claims(RowFields row);

    /// <summary>The items of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="pairs">What becomes of several answers.</param>
    /// <param name="notes">Where the layout says what it left out of an otherwise good row.</param>
    /// <exception cref="RowError">A rule of docs/import.md is broken.</exception>
    IEnumerable<ItemDraft> Read(RowFields row, PairRule pairs, ICollection<string> notes);
}
