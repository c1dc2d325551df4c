using Alignment.Shared;

using static TorchSharp.torch;

namespace Alignment.Models;

/// <summary>A run of neighbouring tokens that see each other causally.</summary>
/// <param name="Row">row of the batch</param>
/// <param name="Start">first column</param>
/// <param name="Length">number of tokens, at least 1</param>
/// <param name="Continues">index of an earlier segment of the same row which it sees in full and whose positions it continues; −1 for none</param>
public readonly record struct Segment(int Row, int Start, int Length, int Continues = -1);

/// <summary>
/// Which token of a batch [N, T] stands where and sees what: every token belongs to one segment or is padding. Known in
/// managed memory, so that a forward pass reads nothing back from the device; the tensors are made once.
/// </summary>
public sealed class TokenLayout : IDisposable
{
    private const long PaddingPosition = 1;

    private TokenLayout(int rows, int columns, IReadOnlyList<Segment> segments, Device device, IReadOnlyList<int>? held = null)
    {
        Rows = rows;
        Columns = columns;
        Segments = segments;
        int[] starts = new int[segments.Count];
        long[] positions = new long[rows * columns];
        Array.Fill(positions, PaddingPosition);
        for (int s = 0; s < segments.Count; s++)
        {
            Check(s);
            (int row, int start, int length, int continues) = segments[s];
            starts[s] = continues < 0 ? held?[row] ?? 0 : starts[continues] + segments[continues].Length;
            for (int i = 0; i < length; i++)
            {
                positions[row * columns + start + i] = starts[s] + i;
            }

            MaxPosition = Math.Max(MaxPosition, starts[s] + length - 1);
        }

        Positions = tensor(positions, [rows, columns], device: device);
    }

    /// <summary>N.</summary>
    public int Rows { get; }

    /// <summary>T.</summary>
    public int Columns { get; }

    /// <summary>All segments; what stands in none is padding.</summary>
    public IReadOnlyList<Segment> Segments { get; }

    /// <summary>[N, T] int64: position of each token in its own text; 1 at padding, as transformers does it.</summary>
    public Tensor Positions { get; }

    /// <summary>The largest position of the batch.</summary>
    public int MaxPosition { get; }

    /// <summary>True when each row is one segment without padding.</summary>
    public bool IsPlain => Segments.Count == Rows && Segments.All(s => s.Length == Columns);

    /// <summary>[N, T] bool: true at tokens, false at padding.</summary>
    public Tensor Valid()
    {
        bool[] valid = new bool[Rows * Columns];
        foreach (Segment s in Segments)
        {
            Array.Fill(valid, true, s.Row * Columns + s.Start, s.Length);
        }

        return tensor(valid, [Rows, Columns], device: Positions.device);
    }

    /// <summary>Rows of one text each, without padding.</summary>
    public static TokenLayout Plain(int rows, int columns, Device device) =>
        new(rows, columns, [.. Enumerable.Range(0, rows).Select(r => new Segment(r, 0, columns))], device);

    /// <summary>Rows of one text each, padded on either side.</summary>
    /// <param name="attentionMask">[N, T]: true at tokens, which stand side by side in each row; a row may be empty</param>
    /// <param name="device">where the tensors stand</param>
    /// <exception cref="UserError">A row has padding between its tokens.</exception>
    public static TokenLayout FromMask(bool[,] attentionMask, Device device)
    {
        var segments = new List<Segment>();
        for (int r = 0; r < attentionMask.GetLength(0); r++)
        {
            bool[] row = [.. Enumerable.Range(0, attentionMask.GetLength(1)).Select(c => attentionMask[r, c])];
            int start = Array.IndexOf(row, true);
            int length = row.Count(valid => valid);
            if (length > 0 && Array.LastIndexOf(row, true) - start + 1 != length)
            {
                throw new UserError($"row {r} of the attention mask has padding between its tokens; pad on one side only");
            }

            if (length > 0)
            {
                segments.Add(new Segment(r, start, length));
            }
        }

        return new(attentionMask.GetLength(0), attentionMask.GetLength(1), segments, device);
    }

    /// <summary>Rows of one text each, padded on the right.</summary>
    /// <param name="lengths">tokens per row</param>
    /// <param name="columns">T, at least the largest length</param>
    /// <param name="device">where the tensors stand</param>
    public static TokenLayout RightPadded(IReadOnlyList<int> lengths, int columns, Device device) =>
        new(lengths.Count, columns, [.. lengths.Select((length, r) => new Segment(r, 0, length)).Where(s => s.Length > 0)], device);

    /// <summary>Several texts side by side in one row; positions restart, texts do not see each other.</summary>
    /// <param name="cumulativeLengths">0, then the end of each text (cu_seqlens)</param>
    /// <param name="columns">T, at least the last end</param>
    /// <param name="device">where the tensors stand</param>
    public static TokenLayout Packed(IReadOnlyList<int> cumulativeLengths, int columns, Device device) =>
        new(1, columns, [.. cumulativeLengths.Skip(1).Select((end, i) => new Segment(0, cumulativeLengths[i], end - cumulativeLengths[i])).Where(s => s.Length > 0)], device);

    /// <summary>
    /// One row per pair: prompt, chosen, rejected. Each answer sees the prompt and itself; its positions continue from the
    /// prompt's last. Padding stands on the right.
    /// </summary>
    /// <param name="pairs">lengths in tokens, each at least 1</param>
    /// <param name="columns">T, at least the longest row</param>
    /// <param name="device">where the tensors stand</param>
    public static TokenLayout SharedPrompt(IReadOnlyList<(int Prompt, int Chosen, int Rejected)> pairs, int columns, Device device)
    {
        var segments = new List<Segment>();
        for (int r = 0; r < pairs.Count; r++)
        {
            (int prompt, int chosen, int rejected) = pairs[r];
            int shared = segments.Count;
            segments.Add(new Segment(r, 0, prompt));
            segments.Add(new Segment(r, prompt, chosen, shared));
            segments.Add(new Segment(r, prompt + chosen, rejected, shared));
        }

        return new(pairs.Count, columns, segments, device);
    }

    /// <summary>Any arrangement, such as several shared prompts packed into one row.</summary>
    /// <param name="rows">N</param>
    /// <param name="columns">T</param>
    /// <param name="segments">a segment stands after the one that it continues</param>
    /// <param name="device">where the tensors stand</param>
    public static TokenLayout FromSegments(int rows, int columns, IReadOnlyList<Segment> segments, Device device) => new(rows, columns, segments, device);

    /// <summary>The next tokens of rows that a state already holds.</summary>
    /// <param name="held">tokens that the state holds of each row; positions go on from there</param>
    /// <param name="columns">T, new tokens of each row</param>
    /// <param name="device">where the tensors stand</param>
    /// <param name="rows">N; rows beyond those that hold something are padding. Null for none of these</param>
    public static TokenLayout Continuing(IReadOnlyList<int> held, int columns, Device device, int? rows = null) =>
        new(rows ?? held.Count, columns, [.. held.Select((_, r) => new Segment(r, 0, columns))], device, held);

    /// <inheritdoc/>
    public void Dispose() => Positions.Dispose();

    private void Check(int index)
    {
        Segment s = Segments[index];
        bool fits = s.Row >= 0 && s.Row < Rows && s.Start >= 0 && s.Length > 0 && s.Start + s.Length <= Columns;
        bool continued = s.Continues < index && (s.Continues < 0 || Segments[s.Continues].Row == s.Row);
        if (!fits || !continued)
        {
            throw new ArgumentException($"segment {index} ({s}) does not fit into [{Rows}, {Columns}]");
        }
    }
}
