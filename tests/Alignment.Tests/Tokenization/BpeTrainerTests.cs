using Alignment.Goldens;
using Alignment.Shared;
using Alignment.Shared.Preferences;
using Alignment.Tokenization;

namespace Alignment.Tests.Tokenization;

public class BpeTrainerTests
{
    private static List<string> Texts() =>
        [.. GoldenData.JsonLines(Path.Combine(GoldenData.Repository, "tests", "Goldens", "tokenizers", "tiny-bpe", "cases.jsonl")).Select(golden => (string)golden["text"]!)];

    [Fact]
    public void Train_RealTexts_EqualsTheLibraryOnEveryText()
    {
        using var folder = new TemporaryFolder();
        BpeTrainer.Train(Texts(), 700).Save(folder.Path);
        Tokenizer tokenizer = TokenizerFolder.Load(folder.Path);
        using Oracle unchanged = Oracle.Unchanged(folder.Path);
        using var oracle = new Oracle(GoldenData.Json(Path.Combine(folder.Path, "tokenizer.json")).AsObject());
        Assert.Equal(700, tokenizer.VocabularySize);
        foreach (string text in Texts().Where(text => text.Length is > 0 and < 2000))
        {
            int[] ids = tokenizer.Encode(text, addSpecialTokens: false);
            Assert.Equal(oracle.Encode(text), ids);
            Assert.Equal(unchanged.Encode(text), tokenizer.Encode(text, addSpecialTokens: true));
            Assert.Equal(text, tokenizer.Decode(ids, skipSpecialTokens: false));
        }
    }

    [Fact]
    public void Train_TheSameTextsInAnotherOrder_GivesTheSameFiles()
    {
        List<string> texts = Texts();
        string first = BpeTrainer.Train(texts, 500).Sha256;
        texts.Reverse();
        Assert.Equal(first, BpeTrainer.Train(texts, 500).Sha256);
    }

    [Fact]
    public void Train_FrequentPairs_MergeByCountThenBySmallerIds()
    {
        Tokenizer tokenizer = BpeTrainer.Train(["abab abab cd cd xy xy", "ab"], 264);
        Assert.Equal(["ab", "cd", "xy", "Ġcd"], Enumerable.Range(BpeTrainer.SmallestVocabulary, 4).Select(tokenizer.TokenOf));
    }

    [Fact]
    public void Train_TooFewWords_GivesASmallerVocabulary() =>
        Assert.Equal(BpeTrainer.SmallestVocabulary + 1, BpeTrainer.Train(["ab", "ab"], 2000).VocabularySize);

    [Fact]
    public void Train_TooSmallAVocabulary_IsRefused() =>
        Assert.Contains("260", Assert.Throws<UserError>(() => BpeTrainer.Train(["a"], 259)).Message, StringComparison.Ordinal);

    [Fact]
    public void Train_ChatMl_SpecialTokensAreOneIdEachAndBosStandsInFront()
    {
        Tokenizer tokenizer = BpeTrainer.Train(["hello"], 300);
        string text = ChatTemplate.FromSource(BpeTrainer.ChatMl).Render([new Message("user", "hi")], addGenerationPrompt: true);
        Assert.Equal("<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n", text);
        int[] ids = tokenizer.Encode(text, addSpecialTokens: true);
        Assert.Equal(tokenizer.BosId, ids[0]);
        Assert.Equal(2, ids.Count(id => id == tokenizer.IdOf(BpeTrainer.TurnStart)));
        Assert.Single(ids, id => id == tokenizer.EosId);
        Assert.Equal(["<|bos|>", "<|im_start|>", "<|im_end|>", "<|pad|>"], Enumerable.Range(0, 4).Select(tokenizer.TokenOf));
    }
}
