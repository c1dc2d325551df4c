using System.Runtime.InteropServices;

namespace Alignment.Tokenization;

/// <summary>How often which ids are neighbours in a set of words, kept up to date while pairs merge.</summary>
internal sealed class PairCounter
{
    /// <summary>A pair that occurs only once teaches nothing.</summary>
    private const long SmallestCount = 2;

    private readonly List<int>[] _words;
    private readonly long[] _counts;
    private readonly Dictionary<(int Left, int Right), long> _pairs = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> _where = [];
    private readonly PriorityQueue<(int Left, int Right), (long MinusCount, int Left, int Right)> _queue = new();

    /// <summary>Splits words into letters of the byte alphabet.</summary>
    /// <param name="words">Words and how often each occurs.</param>
    /// <param name="firstLetter">The id of the alphabet's first letter, in the order of the characters.</param>
    public PairCounter(IReadOnlyDictionary<string, long> words, int firstLetter)
    {
        char[] letters = ByteAlphabet.Letters.ToArray();
        Array.Sort(letters);
        _words = [.. words.Keys.Select(word => word.Select(letter => firstLetter + Array.BinarySearch(letters, letter)).ToList())];
        _counts = [.. words.Values];
        for (int word = 0; word < _words.Length; word++)
        {
            for (int i = 0; i + 1 < _words[word].Count; i++)
            {
                Change(_words[word][i], _words[word][i + 1], word, +1);
            }
        }

        foreach ((int Left, int Right) pair in _pairs.Keys)
        {
            Push(pair);
        }
    }

    /// <summary>The most frequent pair, of equally frequent ones that with the smallest ids; null when none occurs twice.</summary>
    public (int Left, int Right)? MostFrequent()
    {
        while (_queue.TryDequeue(out (int Left, int Right) pair, out (long MinusCount, int Left, int Right) order))
        {
            long count = _pairs.GetValueOrDefault(pair);
            if (count < SmallestCount)
            {
                continue;
            }

            if (count == -order.MinusCount)
            {
                return pair;
            }

            Push(pair);
        }

        return null;
    }

    /// <summary>Replaces a pair by a new id everywhere.</summary>
    public void Merge(int left, int right, int merged)
    {
        var changed = new HashSet<(int Left, int Right)>();
        foreach (int word in _where.Remove((left, right), out HashSet<int>? words) ? words : [])
        {
            MergeIn(word, left, right, merged, changed);
        }

        _pairs.Remove((left, right));
        foreach ((int Left, int Right) pair in changed)
        {
            Push(pair);
        }
    }

    private void MergeIn(int word, int left, int right, int merged, HashSet<(int Left, int Right)> changed)
    {
        List<int> ids = _words[word];
        for (int i = 0; i + 1 < ids.Count; i++)
        {
            if (ids[i] != left || ids[i + 1] != right)
            {
                continue;
            }

            ids[i] = merged;
            ids.RemoveAt(i + 1);
            if (i > 0)
            {
                Change(ids[i - 1], left, word, -1);
                Change(ids[i - 1], merged, word, +1);
                changed.Add((ids[i - 1], merged));
            }

            if (i + 1 < ids.Count)
            {
                Change(right, ids[i + 1], word, -1);
                Change(merged, ids[i + 1], word, +1);
                changed.Add((merged, ids[i + 1]));
            }
        }
    }

    private void Change(int left, int right, int word, int sign)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_pairs, (left, right), out _) += sign * _counts[word];
        if (sign > 0)
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(_where, (left, right), out _) ??= []).Add(word);
        }
    }

    private void Push((int Left, int Right) pair) => _queue.Enqueue(pair, (-_pairs.GetValueOrDefault(pair), pair.Left, pair.Right));
}
