using System.Security.Cryptography;
using System.Text;

using Alignment.Data;
using Alignment.Native;
using Alignment.Shared;

using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>
/// Log-probabilities of the reference model, computed once per row and kept in a file whose name is the hash of everything that
/// decides them. The pass takes the micro-batches of the first epoch, so that at the first step policy and reference come from
/// the same computation. It can be killed at any moment: what is missing is computed again.
/// </summary>
/// <param name="folder">where the files lie; may be deleted at any time</param>
public sealed class ReferenceCache(string folder)
{
    private const int RecordBytes = 24;
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(30);

    /// <summary>The hash of what decides the values: model, tokenizer, template, data, truncation, convention, dtype.</summary>
    public static string Key(params IEnumerable<string> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));

    /// <summary>SHA-256 of the values in use: stands in checkpoints.</summary>
    public static string Hash(ReferenceLogps values) => Convert.ToHexStringLower(SHA256.HashData(Serialize(values)));

    /// <summary>The values of the rows asked for, from the file or computed; every other row is NaN, whatever the file knows of it.</summary>
    /// <param name="key">what <see cref="Key"/> gave</param>
    /// <param name="rows">the pairs</param>
    /// <param name="microBatches">the rows asked for, in micro-batches</param>
    /// <param name="reference">the reference model, adapters off; called for only when a row is missing</param>
    /// <param name="progress">receives the number of rows that are done</param>
    /// <param name="cancellationToken">ends the pass between two micro-batches; what is done is saved</param>
    public ReferenceLogps Get(
        string key, IRowSet rows, IReadOnlyList<int[]> microBatches, Func<Policy> reference, Action<long>? progress = null, CancellationToken cancellationToken = default)
    {
        string path = Path.Combine(folder, key + ".reference");
        ReferenceLogps values = Read(path, rows.Count);
        int[][] missing = [.. microBatches.Where(micro => micro.Any(row => double.IsNaN(values.Chosen[row])))];
        if (missing.Length == 0)
        {
            return Only(values, microBatches);
        }

        long done = microBatches.Sum(micro => (long)micro.Length) - missing.Sum(micro => (long)micro.Length);
        DateTime saved = DateTime.UtcNow;
        Policy policy = reference();
        foreach (int[] micro in missing)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                WriteFile(path, values);
                cancellationToken.ThrowIfCancellationRequested();
            }

            Compute(policy, rows.Collate(micro), values);
            FaultPoint.Reach(FaultPoint.Reference);
            done += micro.Length;
            progress?.Invoke(done);
            if (DateTime.UtcNow - saved > SaveEvery)
            {
                WriteFile(path, values);
                ProcessMemory.Trim();
                saved = DateTime.UtcNow;
            }
        }

        WriteFile(path, values);
        return Only(values, microBatches);
    }

    /// <summary>Reads a file of values; rows that it does not have are NaN, a damaged file counts as absent.</summary>
    internal static ReferenceLogps Read(string path, int rows)
    {
        var values = new ReferenceLogps(new double[rows], new double[rows]);
        Array.Fill(values.Chosen, double.NaN);
        Array.Fill(values.Rejected, double.NaN);
        byte[] bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
        int content = bytes.Length - SHA256.HashSizeInBytes;
        if (content < 0 || content % RecordBytes != 0 || !SHA256.HashData(bytes.AsSpan(0, content)).AsSpan().SequenceEqual(bytes.AsSpan(content)))
        {
            return values;
        }

        using var reader = new BinaryReader(new MemoryStream(bytes, 0, content));
        for (int i = 0; i < content / RecordBytes; i++)
        {
            long row = reader.ReadInt64();
            (double chosen, double rejected) = (reader.ReadDouble(), reader.ReadDouble());
            if (row >= 0 && row < rows)
            {
                (values.Chosen[row], values.Rejected[row]) = (chosen, rejected);
            }
        }

        return values;
    }

    /// <summary>Writes the rows that are known, whole or not at all.</summary>
    internal static void WriteFile(string path, ReferenceLogps values)
    {
        byte[] content = Serialize(values);
        byte[] whole = [.. content, .. SHA256.HashData(content)];
        AtomicFile.Write(path, whole);
    }

    private static ReferenceLogps Only(ReferenceLogps values, IReadOnlyList<int[]> microBatches)
    {
        HashSet<int> asked = [.. microBatches.SelectMany(micro => micro)];
        double[] Kept(double[] side) => [.. side.Select((value, row) => asked.Contains(row) ? value : double.NaN)];
        return new ReferenceLogps(Kept(values.Chosen), Kept(values.Rejected));
    }

    private static byte[] Serialize(ReferenceLogps values)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        for (int row = 0; row < values.Chosen.Length; row++)
        {
            if (!double.IsNaN(values.Chosen[row]))
            {
                writer.Write((long)row);
                writer.Write(values.Chosen[row]);
                writer.Write(values.Rejected[row]);
            }
        }

        return bytes.ToArray();
    }

    private static void Compute(Policy policy, SequenceBatch batch, ReferenceLogps values)
    {
        using var scope = NewDisposeScope();
        double[] sums = policy.CompletionSums(batch).cpu().data<double>().ToArray(); // [2B]
        if (!sums.All(double.IsFinite))
        {
            throw new UserError("the reference model gives log-probabilities that are not finite: check its weights, or use precision: fp32", ExitCodes.Failed);
        }

        // What is known stays as it is: other runs, and checkpoints of this one, go by it.
        int pairs = batch.Source.Length;
        for (int i = 0; i < pairs; i++)
        {
            if (double.IsNaN(values.Chosen[batch.Source[i]]))
            {
                (values.Chosen[batch.Source[i]], values.Rejected[batch.Source[i]]) = (sums[i], sums[pairs + i]);
            }
        }
    }
}
