using static TorchSharp.torch;

namespace Alignment.Models;

/// <summary>
/// Keys and values of every layer, [N, Hkv, S, hd] each. A row's tokens fill its columns from 0 without gaps, wherever its
/// padding stood; rows may differ in length, come and go. Grows by blocks of columns, and in rows where more come than were
/// expected. Build it outside the scope of a step.
/// </summary>
public sealed class KvCache : ISequenceState
{
    private const int Block = 64;
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;
    private readonly List<int> _lengths;
    private TokenLayout? _layout;
    private Tensor? _source;
    private Tensor? _target;
    private int _shown;

    /// <summary>An empty cache.</summary>
    /// <param name="config">heads and layers</param>
    /// <param name="rows">N, rows in use from the start</param>
    /// <param name="dtype">of keys and values</param>
    /// <param name="device">where they stand</param>
    /// <param name="room">rows to make room for from the start</param>
    public KvCache(DecoderConfig config, int rows, ScalarType dtype, Device device, int? room = null)
    {
        _lengths = [.. Enumerable.Repeat(0, rows)];
        _keys = [.. Enumerable.Range(0, config.Layers).Select(_ => Buffer())];
        _values = [.. Enumerable.Range(0, config.Layers).Select(_ => Buffer())];

        Tensor Buffer() => zeros([room ?? rows, config.KeyValueHeads, Block, config.HeadSize], dtype: dtype, device: device).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> Lengths => _lengths;

    /// <inheritdoc/>
    public bool IsFresh { get; private set; }

    /// <inheritdoc/>
    public Tensor? Mask { get; private set; }

    /// <inheritdoc/>
    public void Begin(TokenLayout layout)
    {
        (_layout, IsFresh) = (layout, _lengths.All(length => length == 0));
        int[] columns = new int[layout.Rows * layout.Columns];
        Array.Fill(columns, -1);
        foreach (Segment segment in layout.Segments)
        {
            for (int i = 0; i < segment.Length; i++)
            {
                columns[segment.Row * layout.Columns + segment.Start + i] = _lengths[segment.Row]++;
            }
        }

        Reserve(layout.Rows, _lengths.Max());
        _shown = Math.Min(RoundUp(_lengths.Max()), (int)_keys[0].shape[2]);
        Index(columns);
        Mask = IsFresh ? null : MaskOf(columns);
    }

    /// <inheritdoc/>
    public (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values) =>
        (Store(_keys[layer], keys), Store(_values[layer], values));

    /// <summary>Takes a row of another cache of the same model into use, as the last one.</summary>
    public void Add(KvCache from, int fromRow)
    {
        _lengths.Add(0);
        CopyRow(from, fromRow, _lengths.Count - 1);
    }

    /// <summary>Drops a row; the last one takes its place.</summary>
    public void Remove(int row)
    {
        int last = _lengths.Count - 1;
        if (row != last)
        {
            CopyRow(this, last, row);
        }

        _lengths.RemoveAt(last);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor buffer in _keys.Concat(_values))
        {
            buffer.Dispose();
        }
    }

    private static int RoundUp(int columns) => (columns + Block - 1) / Block * Block;

    private void CopyRow(KvCache from, int fromRow, int toRow)
    {
        int length = from._lengths[fromRow];
        Reserve(_lengths.Count, length);
        using var scope = NewDisposeScope();
        for (int layer = 0; layer < _keys.Length; layer++)
        {
            _keys[layer][toRow].narrow(1, 0, length).copy_(from._keys[layer][fromRow].narrow(1, 0, length));
            _values[layer][toRow].narrow(1, 0, length).copy_(from._values[layer][fromRow].narrow(1, 0, length));
        }

        _lengths[toRow] = length;
    }

    private void Reserve(int rows, int columns)
    {
        (long heldRows, long held) = (_keys[0].shape[0], _keys[0].shape[2]);
        if (rows <= heldRows && columns <= held)
        {
            return;
        }

        long wantedRows = rows <= heldRows ? heldRows : Math.Max(rows, heldRows * 2);
        long wanted = columns <= held ? held : Math.Max(RoundUp(columns), held * 3 / 2 / Block * Block);
        foreach (Tensor[] buffers in new[] { _keys, _values })
        {
            for (int layer = 0; layer < buffers.Length; layer++)
            {
                long[] shape = [.. buffers[layer].shape];
                (shape[0], shape[2]) = (wantedRows, wanted);
                Tensor grown = zeros(shape, dtype: buffers[layer].dtype, device: buffers[layer].device).DetachFromDisposeScope();
                using (NewDisposeScope())
                {
                    grown.narrow(0, 0, heldRows).narrow(2, 0, held).copy_(buffers[layer]);
                }

                buffers[layer].Dispose();
                buffers[layer] = grown;
            }
        }
    }

    // Which flat rows [N·Hkv·T] of the new keys go to which flat rows [N·Hkv·S] of the buffers.
    private void Index(int[] columns)
    {
        (int heads, int capacity, int t) = ((int)_keys[0].shape[1], (int)_keys[0].shape[2], _layout!.Columns);
        var source = new List<long>();
        var target = new List<long>();
        for (int row = 0; row < _layout.Rows; row++)
        {
            for (int head = 0; head < heads; head++)
            {
                for (int i = 0; i < t; i++)
                {
                    if (columns[row * t + i] >= 0)
                    {
                        source.Add((row * heads + head) * t + i);
                        target.Add((row * heads + head) * (long)capacity + columns[row * t + i]);
                    }
                }
            }
        }

        Device device = _keys[0].device;
        _source = source.Count == columns.Length * heads ? null : tensor(source.ToArray(), dtype: ScalarType.Int64, device: device);
        _target = tensor(target.ToArray(), dtype: ScalarType.Int64, device: device);
    }

    // [N, 1, T, S]: a token sees the columns up to its own; padding sees column 0.
    private Tensor MaskOf(int[] columns)
    {
        using var scope = NewDisposeScope();
        Device device = _keys[0].device;
        Tensor own = tensor(columns.Select(c => (long)Math.Max(c, 0)).ToArray(), [_layout!.Rows, 1, _layout.Columns, 1], device: device);
        Tensor hidden = arange(_shown, dtype: ScalarType.Int64, device: device).gt(own); // [N, 1, T, S]
        Tensor mask = zeros(hidden.shape, dtype: _keys[0].dtype, device: device);
        return scope.MoveToOuter(mask.masked_fill_(hidden, double.NegativeInfinity));
    }

    private Tensor Store(Tensor buffer, Tensor fresh)
    {
        using var scope = NewDisposeScope();
        long size = buffer.shape[3];
        Tensor rows = fresh.reshape(-1, size); // [N·Hkv·T, hd]
        buffer.view(-1, size).index_copy_(0, _target!, _source is null ? rows : rows.index_select(0, _source));
        return scope.MoveToOuter(buffer.narrow(0, 0, _layout!.Rows).narrow(2, 0, _shown));
    }
}
