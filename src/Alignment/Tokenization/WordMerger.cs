using System.Diagnostics;

namespace Alignment.Tokenization;

/// <summary>Merges the ids of one word in place: the pair of lowest rank first, of equal rank the leftmost.</summary>
internal static class WordMerger
{
    /// <summary>Merges at most 64 ids by looking for the lowest rank again and again; returns how many remain.</summary>
    public static int MergeShort(Span<int> ids, MergeTable merges)
    {
        Debug.Assert(ids.Length <= 64, "the buffer holds 64 pairs");
        Span<ulong> pairs = stackalloc ulong[64];
        int count = ids.Length;
        for (int i = 0; i + 1 < count; i++)
        {
            pairs[i] = merges.Find(ids[i], ids[i + 1]);
        }

        while (count > 1)
        {
            int best = 0;
            for (int i = 1; i < count - 1; i++)
            {
                best = pairs[i] < pairs[best] ? i : best;
            }

            if (pairs[best] == MergeTable.None)
            {
                break;
            }

            ids[best] = (int)(uint)pairs[best];
            ids[(best + 2)..count].CopyTo(ids[(best + 1)..]);
            if (best + 2 < count)
            {
                pairs[(best + 2)..(count - 1)].CopyTo(pairs[(best + 1)..]);
            }

            count--;
            if (best > 0)
            {
                pairs[best - 1] = merges.Find(ids[best - 1], ids[best]);
            }

            if (best + 1 < count)
            {
                pairs[best] = merges.Find(ids[best], ids[best + 1]);
            }
        }

        return count;
    }

    /// <summary>Merges any number of ids in O(n log n) by a heap of pairs; returns how many remain.</summary>
    public static int MergeLong(Span<int> ids, MergeTable merges)
    {
        int[] next = new int[ids.Length];
        int[] previous = new int[ids.Length];
        var queue = new List<(int Position, ulong Order)>(ids.Length);
        for (int i = 0; i < ids.Length; i++)
        {
            next[i] = i + 1 < ids.Length ? i + 1 : -1;
            previous[i] = i - 1;
            if (i + 1 < ids.Length && merges.Find(ids[i], ids[i + 1]) is var pair && pair != MergeTable.None)
            {
                queue.Add((i, Order(pair, i)));
            }
        }

        var heap = new PriorityQueue<int, ulong>(queue);
        while (heap.TryDequeue(out int at, out ulong order))
        {
            int right = next[at];
            ulong pair = right < 0 ? MergeTable.None : merges.Find(ids[at], ids[right]);
            if (ids[at] < 0 || pair == MergeTable.None || Order(pair, at) != order)
            {
                continue;
            }

            ids[at] = (int)(uint)pair;
            ids[right] = -1;
            next[at] = next[right];
            if (next[at] >= 0)
            {
                previous[next[at]] = at;
                Push(heap, ids, merges, at, next[at]);
            }

            if (previous[at] >= 0)
            {
                Push(heap, ids, merges, previous[at], at);
            }
        }

        int count = 0;
        for (int at = 0; at >= 0; at = next[at])
        {
            ids[count++] = ids[at];
        }

        return count;
    }

    private static ulong Order(ulong pair, int position) => (pair & 0xFFFFFFFF00000000UL) | (uint)position;

    private static void Push(PriorityQueue<int, ulong> heap, Span<int> ids, MergeTable merges, int left, int right)
    {
        ulong pair = merges.Find(ids[left], ids[right]);
        if (pair != MergeTable.None)
        {
            heap.Enqueue(left, Order(pair, left));
        }
    }
}
