namespace Alignment.Tokenization;

/// <summary>Pairs of adjacent ids and what they merge to: an open-addressed table, because every step of every word asks it.</summary>
internal sealed class MergeTable
{
    /// <summary>What <see cref="Find"/> gives for a pair that does not merge.</summary>
    public const ulong None = ulong.MaxValue;

    private readonly ulong[] _keys;
    private readonly ulong[] _values;
    private readonly int _shift;

    /// <summary>An empty table for so many pairs.</summary>
    public MergeTable(int capacity)
    {
        int bits = Math.Max(4, System.Numerics.BitOperations.Log2((uint)capacity * 2) + 1);
        _keys = new ulong[1 << bits];
        _values = new ulong[1 << bits];
        _shift = 64 - bits;
        Array.Fill(_keys, None);
    }

    /// <summary>Sets the merge of a pair; a later one of the same pair counts.</summary>
    public void Set(int left, int right, int rank, int merged)
    {
        ulong key = Key(left, right);
        int slot = Slot(key);
        _keys[slot] = key;
        _values[slot] = ((ulong)(uint)rank << 32) | (uint)merged;
    }

    /// <summary>The rank (upper 32 bits; lower ranks merge first) and the merged id (lower 32 bits), or <see cref="None"/>.</summary>
    public ulong Find(int left, int right)
    {
        ulong key = Key(left, right);
        int slot = Slot(key);
        return _keys[slot] == key ? _values[slot] : None;
    }

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private int Slot(ulong key)
    {
        int mask = _keys.Length - 1;
        int slot = (int)((key * 0x9E3779B97F4A7C15UL) >> _shift);
        while (_keys[slot] != key && _keys[slot] != None)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }
}
