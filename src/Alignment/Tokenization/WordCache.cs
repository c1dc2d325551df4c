namespace Alignment.Tokenization;

/// <summary>
/// Remembers the ids of words, one word a slot: a new word takes the place of the old one, so memory is bounded. Threads
/// share it without locks, because an entry never changes and a reference is written whole.
/// </summary>
internal sealed class WordCache
{
    private const int Slots = 1 << 15;
    private const int LongestWord = 64;

    private readonly Entry?[] _entries = new Entry?[Slots];

    /// <summary>The ids of a word, null when it is not remembered.</summary>
    public int[]? Find(ReadOnlySpan<char> word) =>
        word.Length <= LongestWord && _entries[Slot(word)] is Entry entry && word.SequenceEqual(entry.Word) ? entry.Ids : null;

    /// <summary>Remembers a word that is not too long.</summary>
    public void Add(ReadOnlySpan<char> word, ReadOnlySpan<int> ids)
    {
        if (word.Length <= LongestWord)
        {
            _entries[Slot(word)] = new Entry(word.ToString(), ids.ToArray());
        }
    }

    private static int Slot(ReadOnlySpan<char> word) => string.GetHashCode(word) & (Slots - 1);

    private sealed record Entry(string Word, int[] Ids);
}
