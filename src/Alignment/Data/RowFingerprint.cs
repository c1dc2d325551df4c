using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Alignment.Data;

/// <summary>
/// What rows are to a model: ids, what sees what, and the tokens that are predicted. Tokenizer and template files do not decide
/// that alone: a template may render the date.
/// </summary>
public static class RowFingerprint
{
    /// <summary>SHA-256 of every row by itself, lower-case hex.</summary>
    public static string Of(IRowSet rows) => Of(rows, Enumerable.Range(0, rows.Count).Select(row => new[] { row }));

    /// <summary>SHA-256 of rows in their micro-batches, lower-case hex.</summary>
    public static string Of(IRowSet rows, IEnumerable<int[]> microBatches)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (int[] micro in microBatches)
        {
            SequenceBatch batch = rows.Collate(micro);
            hash.AppendData(MemoryMarshal.AsBytes(batch.Source.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(batch.Ids.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(batch.Predictors.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(batch.Targets.AsSpan()));
            foreach ((int row, int start, int length, int continues) in batch.Segments)
            {
                hash.AppendData(MemoryMarshal.AsBytes<int>([row, start, length, continues]));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
