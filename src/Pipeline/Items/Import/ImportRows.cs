using Alignment.Pipeline.People;
using MediatR;

namespace Alignment.Pipeline.Items.Import;

/// <summary>Brings the rows of a file into a project. Importing the same rows again adds nothing.</summary>
[Needs(Role.Engineer)]
public sealed record ImportRows : IRequest<ImportResult>
{
    /// <summary>The file: one JSON object per line, plain or gzip; seekable. The caller disposes it.</summary>
    public required Stream Content { get; init; }

    /// <summary>The file's name, without folders: it stands in the items' provenance.</summary>
    public required string FileName { get; init; }

    /// <summary>The project's name; it is made when it does not exist.</summary>
    public required string Project { get; init; }

    /// <summary>Leaves out what the rows say is better or good, so that people can say it again.</summary>
    public bool Relabel { get; init; }

    /// <summary>People made the labels; without it nobody is said to have.</summary>
    public bool Human { get; init; }

    /// <summary>What becomes of a prompt with several answers.</summary>
    public PairRule Pairs { get; init; }

    /// <summary>Told after each batch.</summary>
    public IProgress<ImportProgress>? Progress { get; init; }

    /// <summary>Told of each row that cannot be imported, in the file's order.</summary>
    public Action<BadRow>? BadRow { get; init; }
}

/// <summary>How far an import is.</summary>
/// <param name="Bytes">Bytes read of the file as it lies on disk.</param>
/// <param name="TotalBytes">The file's length.</param>
/// <param name="Rows">Rows read.</param>
/// <param name="Rejected">Rows that cannot be imported.</param>
public sealed record ImportProgress(long Bytes, long TotalBytes, long Rows, long Rejected);

/// <summary>A row that cannot be imported.</summary>
/// <param name="Line">Its line number, from 1.</param>
/// <param name="Code">The rule that it breaks (docs/import.md).</param>
/// <param name="Reason">What is wrong; it names keys but never what the row says.</param>
public sealed record BadRow(long Line, string Code, string Reason);
