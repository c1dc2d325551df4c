using System.Text;

using Alignment.Data;
using Alignment.Shared.Preferences;
using Alignment.Tokenization;

namespace Alignment.Tests.Data;

/// <summary>One id per character, one per special token, and one for the merged pair "ab"; BOS in front of plain text.</summary>
internal sealed class CharacterTokenizer : Tokenizer
{
    public const int Bos = 0, Eos = 1, Start = 2, End = 3, Pad = 4, Merged = 5, First = 16;

    private static readonly Dictionary<string, int> Special = new()
    {
        ["<s>"] = Bos,
        ["</s>"] = Eos,
        ["<|im_start|>"] = Start,
        ["<|im_end|>"] = End,
        ["<pad>"] = Pad,
    };

    public override int VocabularySize => 256;

    public override int? BosId => Bos;

    public override int? EosId => Eos;

    public override int? PadId => Pad;

    public override int? UnkId => null;

    public override string Sha256 => "characters";

    public override IReadOnlyDictionary<string, int> ControlTokens => Special;

    public override int[] Encode(string text, bool addSpecialTokens)
    {
        var ids = new List<int>();
        if (addSpecialTokens)
        {
            ids.Add(Bos);
        }

        for (int i = 0; i < text.Length;)
        {
            (string token, int id) = Special.Select(s => (s.Key, s.Value)).FirstOrDefault(s => text.AsSpan(i).StartsWith(s.Key), (Key: "", Value: -1));
            if (id < 0 && text.AsSpan(i).StartsWith("ab"))
            {
                (token, id) = ("ab", Merged);
            }

            ids.Add(id < 0 ? First + text[i] : id);
            i += id < 0 ? 1 : token.Length;
        }

        return [.. ids];
    }

    public override string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens)
    {
        var text = new StringBuilder();
        foreach (int id in ids)
        {
            text.Append(id >= First ? ((char)(id - First)).ToString() : id == Merged ? "ab" : skipSpecialTokens ? "" : TokenOf(id));
        }

        return text.ToString();
    }

    public override string? TokenOf(int id) => id >= First ? ((char)(id - First)).ToString()
        : id == Merged ? "ab" : Special.FirstOrDefault(s => s.Value == id).Key;

    public override int? IdOf(string token) => Special.TryGetValue(token, out int id) ? id : null;

    public override IReadOnlyList<ControlTokenOccurrence> FindControlTokens(string text) =>
        [.. Special.Where(s => text.Contains(s.Key)).Select(s => new ControlTokenOccurrence(s.Key, s.Value, text.IndexOf(s.Key, StringComparison.Ordinal)))];

    public override void Save(string folder) => throw new NotSupportedException();
}

/// <summary>Rows and encoders that the tests of this folder share.</summary>
internal static class Sample
{
    public static readonly ChatTemplate Template = ChatTemplate.FromSource(
        "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}");

    public static RowEncoder Encoder(EncodingRules rules) => new(new CharacterTokenizer(), Template, rules);

    public static PairTrainingRow Chat(string prompt, string chosen, string rejected, int line = 1) => new(
        $"r{line}", line, Passage.Of([new("user", prompt)]), Passage.Of([new("assistant", chosen)]), Passage.Of([new("assistant", rejected)]));

    public static PairTrainingRow Text(string prompt, string chosen, string rejected, int line = 1) => new(
        $"r{line}", line, Passage.Of(prompt), Passage.Of(chosen), Passage.Of(rejected));

    public static string Show(ReadOnlySpan<int> ids) => new CharacterTokenizer().Decode(ids, skipSpecialTokens: false);

    public static string Learned(EncodedSequence sequence) =>
        Show(sequence.Ids.Where((_, i) => sequence.Mask[i]).ToArray());
}
