using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

using Alignment.Shared;

namespace Alignment.Tokenization;

/// <summary>How a <see cref="BpeModel"/> treats what its vocabulary lacks.</summary>
/// <param name="UnkToken">The token for unknown characters; without one they are dropped.</param>
/// <param name="FuseUnk">Adjacent unknown characters become one token.</param>
/// <param name="ByteFallback">Unknown characters become the tokens &lt;0xNN&gt; of their UTF-8, where the vocabulary has them.</param>
/// <param name="IgnoreMerges">A span that is a token itself is not built from merges.</param>
internal sealed record BpeOptions(string? UnkToken, bool FuseUnk, bool ByteFallback, bool IgnoreMerges);

/// <summary>
/// Byte-pair encoding of spans: characters become ids, then the adjacent pair of lowest rank merges, leftmost first, until
/// none is left (tokenizers 0.22, models/bpe). Results are those of the reference for every input; what is ours is the way:
/// short words are merged in a buffer, long spans by a heap, spans are cut where no merge can cross, words are cached.
/// </summary>
internal sealed class BpeModel
{
    /// <summary>Larger ids are taken for damage.</summary>
    public const int MaxId = 1 << 24;

    private const int LongSpan = 16;
    private const int LongWord = 48;

    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _idOf;
    private readonly MergeTable _merges;
    private readonly HashSet<ulong> _adjacent = [];
    private readonly BpeOptions _options;
    private readonly int[] _single = new int[char.MaxValue + 1];
    private readonly int[]? _bytes;
    private readonly int _unk = -1;
    private readonly WordCache _cache = new();

    /// <summary>Makes the model.</summary>
    /// <param name="ids">Token to id.</param>
    /// <param name="merges">The merges by rank: both parts as ids.</param>
    /// <param name="options">How unknown characters are treated.</param>
    /// <exception cref="UserError">A merge is not in the vocabulary.</exception>
    public BpeModel(Dictionary<string, int> ids, IReadOnlyList<(int Left, int Right)> merges, BpeOptions options)
    {
        _ids = ids;
        _idOf = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _options = options;
        Tokens = MakeTokens(ids);
        _unk = options.UnkToken is null ? -1 : ids.GetValueOrDefault(options.UnkToken, -1);
        Array.Fill(_single, -1);
        foreach ((string token, int id) in ids)
        {
            if (token.Length == 1)
            {
                _single[token[0]] = id;
            }
        }

        _bytes = options.ByteFallback ? MakeBytes(ids) : null;
        _merges = MakeMerges(merges);
    }

    /// <summary>Token by id; null where no token has the id.</summary>
    public string?[] Tokens { get; }

    /// <summary>The id of a token, null when it is none.</summary>
    public int? IdOf(string token) => _ids.TryGetValue(token, out int id) ? id : null;

    /// <summary>Adds the ids of a span.</summary>
    public void Encode(ReadOnlySpan<char> span, List<int> output)
    {
        if (_options.IgnoreMerges && _idOf.TryGetValue(span, out int whole))
        {
            output.Add(whole);
            return;
        }

        while (span.Length > LongSpan)
        {
            int cut = FirstCut(span);
            EncodeWord(span[..cut], output);
            span = span[cut..];
        }

        EncodeWord(span, output);
    }

    private static string?[] MakeTokens(Dictionary<string, int> ids)
    {
        int largest = -1;
        foreach ((string token, int id) in ids)
        {
            largest = id is >= 0 and < MaxId ? Math.Max(largest, id)
                : throw new UserError(string.Create(CultureInfo.InvariantCulture, $"model.vocab gives '{token}' the impossible id {id}"));
        }

        string?[] tokens = new string?[largest + 1];
        foreach ((string token, int id) in ids)
        {
            tokens[id] = tokens[id] is null ? token
                : throw new UserError(string.Create(CultureInfo.InvariantCulture, $"model.vocab gives '{tokens[id]}' and '{token}' the same id {id}"));
        }

        return tokens;
    }

    private static int[]? MakeBytes(Dictionary<string, int> ids)
    {
        int[] bytes = new int[256];
        for (int value = 0; value < 256; value++)
        {
            bytes[value] = ids.GetValueOrDefault(string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>"), -1);
        }

        return bytes.Max() < 0 ? null : bytes;
    }

    private MergeTable MakeMerges(IReadOnlyList<(int Left, int Right)> merges)
    {
        var table = new MergeTable(merges.Count);
        Span<char> joined = stackalloc char[512];
        for (int rank = 0; rank < merges.Count; rank++)
        {
            string left = Tokens[merges[rank].Left]!;
            string right = Tokens[merges[rank].Right]!;
            bool fits = left.Length + right.Length <= joined.Length && left.TryCopyTo(joined) && right.TryCopyTo(joined[left.Length..]);
            ReadOnlySpan<char> token = fits ? joined[..(left.Length + right.Length)] : left + right;
            if (!_idOf.TryGetValue(token, out int merged))
            {
                throw new UserError($"model.merges joins '{left}' and '{right}', but '{token}' is not in model.vocab");
            }

            table.Set(merges[rank].Left, merges[rank].Right, rank, merged);
            _adjacent.Add(Adjacent(left[^1], right[0]));
        }

        return table;
    }

    private static ulong Adjacent(char left, char right) => ((ulong)left << 16) | right;

    /// <summary>
    /// Where a long span can be cut without changing the result: between two characters of the vocabulary that no merge
    /// brings together. Merges only ever join neighbours, so no merge reaches across.
    /// </summary>
    private int FirstCut(ReadOnlySpan<char> span)
    {
        for (int i = 1; i < span.Length; i++)
        {
            char left = span[i - 1];
            char right = span[i];
            if (_single[left] >= 0 && _single[right] >= 0 && !_adjacent.Contains(Adjacent(left, right)))
            {
                return i;
            }
        }

        return span.Length;
    }

    private void EncodeWord(ReadOnlySpan<char> word, List<int> output)
    {
        if (_cache.Find(word) is int[] known)
        {
            output.AddRange(known);
            return;
        }

        int start = output.Count;
        AddCharacters(word, output);
        Span<int> ids = CollectionsMarshal.AsSpan(output)[start..];
        int count = ids.Length <= LongWord ? WordMerger.MergeShort(ids, _merges) : WordMerger.MergeLong(ids, _merges);
        CollectionsMarshal.SetCount(output, start + count);
        _cache.Add(word, CollectionsMarshal.AsSpan(output)[start..]);
    }

    /// <summary>
    /// Adds the ids of the characters. An unknown token waits until a known character or the end comes, so bytes of a
    /// later character stand before it where only a part of the byte tokens exists (as in the reference).
    /// </summary>
    private void AddCharacters(ReadOnlySpan<char> word, List<int> output)
    {
        bool waiting = false;
        for (int i = 0; i < word.Length; i++)
        {
            int length = char.IsHighSurrogate(word[i]) ? 2 : 1;
            int id = length == 1 ? _single[word[i]] : _idOf.TryGetValue(word.Slice(i, 2), out int pair) ? pair : -1;
            if (id >= 0)
            {
                AddWaiting(ref waiting, output);
                output.Add(id);
            }
            else if (!AddBytes(word.Slice(i, length), output) && _options.UnkToken is not null)
            {
                if (!_options.FuseUnk)
                {
                    AddWaiting(ref waiting, output);
                }

                waiting = true;
            }

            i += length - 1;
        }

        AddWaiting(ref waiting, output);
    }

    private void AddWaiting(ref bool waiting, List<int> output)
    {
        if (waiting)
        {
            output.Add(_unk >= 0 ? _unk : throw new UserError($"the text needs the unknown token '{_options.UnkToken}', which is not in model.vocab"));
            waiting = false;
        }
    }

    private bool AddBytes(ReadOnlySpan<char> character, List<int> output)
    {
        if (_bytes is null)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[4];
        bytes = bytes[..Encoding.UTF8.GetBytes(character, bytes)];
        foreach (byte value in bytes)
        {
            if (_bytes[value] < 0)
            {
                return false;
            }
        }

        foreach (byte value in bytes)
        {
            output.Add(_bytes[value]);
        }

        return true;
    }
}
