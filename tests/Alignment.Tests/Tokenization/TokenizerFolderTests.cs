using System.Text.Json.Nodes;

using Alignment.Goldens;
using Alignment.Shared;
using Alignment.Tokenization;

namespace Alignment.Tests.Tokenization;

public class TokenizerFolderTests
{
    /// <summary>Changes that must be refused, and what the message must name.</summary>
    public static TheoryData<string, string> Refused => new()
    {
        { """{"model":{"type":"Unigram"}}""", "Unigram" },
        { """{"model":{"type":"WordPiece"}}""", "WordPiece" },
        { """{"model":{"type":"WordLevel"}}""", "WordLevel" },
        { """{"model":{"dropout":0.1}}""", "dropout" },
        { """{"model":{"continuing_subword_prefix":"##"}}""", "continuing_subword_prefix" },
        { """{"model":{"end_of_word_suffix":"</w>"}}""", "end_of_word_suffix" },
        { """{"model":{"merges":["a bcdefgh"]}}""", "bcdefgh" },
        { """{"model":{"merges":["e zq"]}}""", "zq" },
        { """{"model":{"vocab":{"a":-1},"merges":[]}}""", "-1" },
        { """{"model":{"vocab":{"a":"x"}}}""", "'a'" },
        { """{"normalizer":{"type":"BertNormalizer"}}""", "BertNormalizer" },
        { """{"normalizer":{"type":"Precompiled","precompiled_charsmap":"AA=="}}""", "Precompiled" },
        { """{"normalizer":{"type":"Sequence","normalizers":[{"type":"Lowercase"}]}}""", "Lowercase" },
        { """{"normalizer":{"type":"NFC","strict":true}}""", "strict" },
        { """{"pre_tokenizer":{"type":"BertPreTokenizer"}}""", "BertPreTokenizer" },
        { """{"pre_tokenizer":{"type":"UnicodeScripts"}}""", "UnicodeScripts" },
        { """{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"\\p{Han}+"},"behavior":"Isolated","invert":false}}""", "Han" },
        { """{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"\\bx"},"behavior":"Isolated","invert":false}}""", "\\b" },
        { """{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"[[:alpha:]]"},"behavior":"Isolated","invert":false}}""", "[" },
        { """{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"[a-z&&[^b]]"},"behavior":"Isolated","invert":false}}""", "&" },
        { """{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(?<n>a)\\k<n>"},"behavior":"Isolated","invert":false}}""", "(?<" },
        { """{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"🙂"},"behavior":"Isolated","invert":false}}""", "U+D83D" },
        { """{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(?i:é)"},"behavior":"Isolated","invert":false}}""", "U+00E9" },
        { """{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a"},"behavior":"Isolated","invert":false}}""", "group" },
        { """{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"a"},"behavior":"Sideways","invert":false}}""", "Sideways" },
        { """{"decoder":{"type":"WordPiece","prefix":"##","cleanup":true}}""", "WordPiece" },
        { """{"decoder":{"type":"CTC"}}""", "CTC" },
        { """{"post_processor":{"type":"BertProcessing","sep":["a",1],"cls":["b",2]}}""", "BertProcessing" },
        { """{"added_tokens":[{"id":7,"content":"e","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}]}""", "'e'" },
        { """{"added_tokens":[{"id":700,"content":"x1","special":true},{"id":700,"content":"x2","special":true}]}""", "'x2'" },
        { """{"added_tokens":[{"id":1,"content":"x1","special":true,"magic":true}]}""", "magic" },
    };

    private static string Tiny(string name) => Path.Combine(GoldenData.Repository, "tests", "Goldens", "tokenizers", name);

    [Theory, MemberData(nameof(Refused))]
    public void Load_UnsupportedOrDamagedPart_IsRefusedByName(string changes, string named)
    {
        UserError error = Assert.Throws<UserError>(() => With(changes));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FolderWithoutTokenizerJson_NamesIt()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "tokenizer.model"), "x");
        UserError error = Assert.Throws<UserError>(() => TokenizerFolder.Load(folder.Path));
        Assert.Contains("tokenizer.json", error.Message, StringComparison.Ordinal);
        Assert.Contains("tokenizer.model", error.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("{"), InlineData("[]"), InlineData("""{"model":5}"""), InlineData("""{"added_tokens":[],"model":{"type":"BPE","vocab":{"\ud800":0},"merges":[]}}""")]
    public void Load_DamagedJson_IsAUserError(string json) => Assert.Throws<UserError>(() => Load(json, "{}"));

    [Theory]
    [InlineData(1, 0x61, 0xD83D), InlineData(0, 0xDE42, 0x61), InlineData(3, 0x6F, 0xD83D, 0xDE42, 0xD83D, 0xD83D, 0xDE42)]
    public void Encode_LoneSurrogate_IsRefusedWithItsIndex(int index, params int[] units)
    {
        string text = string.Concat(units.Select(unit => (char)unit));
        UserError error = Assert.Throws<UserError>(() => TokenizerFolder.Load(Tiny("tiny-bpe")).Encode(text, addSpecialTokens: false));
        Assert.Contains($"index {index}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LlamaTokenizerFast", "{}", new[] { 1 }, new int[0])]
    [InlineData("LlamaTokenizer", """{"add_bos_token":false,"add_eos_token":true}""", new int[0], new[] { 2 })]
    [InlineData("GemmaTokenizer", """{"add_eos_token":true}""", new[] { 1 }, new[] { 2 })]
    [InlineData("GPTNeoXTokenizer", "{}", new int[0], new int[0])]
    [InlineData("PreTrainedTokenizerFast", """{"add_bos_token":true,"add_eos_token":true}""", new int[0], new int[0])]
    [InlineData("Qwen2Tokenizer", """{"add_bos_token":true}""", new int[0], new int[0])]
    public void Encode_ClassOfTheConfiguration_DecidesOverBosAndEos(string kind, string options, int[] before, int[] behind)
    {
        JsonObject config = JsonNode.Parse(options)!.AsObject();
        config["tokenizer_class"] = kind;
        config["bos_token"] = "<|bos|>";
        config["eos_token"] = "<|im_end|>";
        config["unk_token"] = null;
        config["pad_token"] = null;
        Tokenizer tokenizer = With("""{"post_processor":null}""", config.ToJsonString());
        int[] plain = tokenizer.Encode("hello", addSpecialTokens: false);
        Assert.Equal([.. before, .. plain, .. behind], tokenizer.Encode("hello", addSpecialTokens: true));
    }

    [Fact]
    public void Load_AddBosTokenWithoutBos_IsRefused()
    {
        UserError error = Assert.Throws<UserError>(() => With("{}", """{"tokenizer_class":"LlamaTokenizer","bos_token":null}"""));
        Assert.Contains("add_bos_token", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SpecialTokenThatNobodyHas_GetsTheNextId()
    {
        Tokenizer tokenizer = With("{}", """{"pad_token":"[PAD]","additional_special_tokens":["[X]",{"content":"[Y]","lstrip":true,"normalized":false}]}""");
        Assert.Equal(600, tokenizer.PadId);
        Assert.Equal(601, tokenizer.IdOf("[X]"));
        Assert.Equal(603, tokenizer.VocabularySize);
        Assert.Equal([601, 602], tokenizer.Encode("[X]  [Y]", addSpecialTokens: false));
        Assert.Equal("", tokenizer.Decode([600, 601, 602], skipSpecialTokens: true));
    }

    [Fact]
    public void Load_AddedTokensDecoder_ChangesTheRulesOfAToken()
    {
        Tokenizer tokenizer = With("{}", """{"added_tokens_decoder":{"2":{"content":"<|im_end|>","lstrip":true,"rstrip":true,"single_word":false,"normalized":false,"special":true}}}""");
        Assert.Equal([2], tokenizer.Encode("  <|im_end|>\n", addSpecialTokens: false));
    }

    [Fact]
    public void Load_SpecialTokensMap_CountsOnlyWithoutAddedTokensDecoder()
    {
        const string Map = """{"eos_token":{"content":"<|endoftext|>","lstrip":false,"normalized":false,"rstrip":false,"single_word":false}}""";
        string file = File.ReadAllText(Path.Combine(Tiny("tiny-bpe"), "tokenizer.json"));
        int? end = TokenizerFolder.Load(Tiny("tiny-bpe")).IdOf("<|endoftext|>");
        Assert.Equal(end, Load(file, """{"eos_token":"<|im_end|>"}""", Map).EosId);
        Assert.Equal(2, Load(file, """{"eos_token":"<|im_end|>","added_tokens_decoder":{}}""", Map).EosId);
    }

    [Fact]
    public void Load_AddPrefixSpace_FollowsTheConfigurationWhereByteLevelStandsAlone()
    {
        const string Alone = """{"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}}""";
        int[] bare = With("{}").Encode("the", addSpecialTokens: false);
        int[] spaced = With("{}").Encode(" the", addSpecialTokens: false);
        Assert.NotEqual(bare, spaced);
        Assert.Equal(bare, With(Alone).Encode("the", addSpecialTokens: false));
        Assert.Equal(spaced, With(Alone, """{"add_prefix_space":true}""").Encode("the", addSpecialTokens: false));
    }

    [Fact]
    public void Decode_CleanUp_RemovesSpacesBeforePunctuation()
    {
        Tokenizer tokenizer = With("{}", """{"clean_up_tokenization_spaces":true}""");
        int[] ids = tokenizer.Encode("Well , I don n't know . It 's , he said !", addSpecialTokens: false);
        Assert.Equal("Well, I donn't know. It's, he said!", tokenizer.Decode(ids, skipSpecialTokens: false));
    }

    [Fact]
    public void Decode_IdWithoutToken_IsLeftOut()
    {
        Tokenizer tokenizer = With("{}");
        Assert.Equal("e", tokenizer.Decode([tokenizer.IdOf("e")!.Value, 599_999, -3], skipSpecialTokens: false));
        Assert.Null(tokenizer.TokenOf(599_999));
        Assert.Null(tokenizer.TokenOf(-3));
    }

    [Fact]
    public void FindControlTokens_TextWithSome_NamesEachWithItsPlace()
    {
        IReadOnlyList<ControlTokenOccurrence> found = With("{}").FindControlTokens("🙂 <|im_end|>x<|bos|><|im_en");
        Assert.Equal([new ControlTokenOccurrence("<|im_end|>", 2, 3), new ControlTokenOccurrence("<|bos|>", 1, 14)], found);
    }

    [Fact]
    public void Save_FromAFolder_WritesTheFilesByteForByte()
    {
        foreach (string folder in GoldenTokenizers.Folders().Select(GoldenTokenizers.Source))
        {
            using var target = new TemporaryFolder();
            Tokenizer tokenizer = TokenizerFolder.Load(folder);
            tokenizer.Save(target.Path);
            foreach (string name in new[] { "tokenizer.json", "tokenizer_config.json" })
            {
                Assert.Equal(File.ReadAllBytes(Path.Combine(folder, name)), File.ReadAllBytes(Path.Combine(target.Path, name)));
            }

            Assert.Equal(tokenizer.Sha256, TokenizerFolder.Load(target.Path).Sha256);
            Assert.Empty(Directory.EnumerateFiles(target.Path, "*.tmp"));
        }
    }

    [Fact]
    public void Encode_ManyThreads_GiveTheSameIds()
    {
        Tokenizer tokenizer = TokenizerFolder.Load(Tiny("tiny-bpe"));
        JsonObject[] goldens = [.. GoldenData.JsonLines(Path.Combine(Tiny("tiny-bpe"), "cases.jsonl"))];
        Parallel.For(0, 8, _ =>
        {
            foreach (JsonObject golden in goldens)
            {
                GoldenTokenizers.Check(tokenizer, golden);
            }
        });
    }

    private static Tokenizer With(string changes, string config = "{}")
    {
        JsonObject file = GoldenData.Json(Path.Combine(Tiny("tiny-bpe"), "tokenizer.json")).AsObject();
        foreach ((string key, JsonNode? value) in JsonNode.Parse(changes)!.AsObject())
        {
            if (key == "model")
            {
                foreach ((string option, JsonNode? setting) in value!.AsObject())
                {
                    file["model"]![option] = setting?.DeepClone();
                }
            }
            else if (key == "added_tokens")
            {
                foreach (JsonNode? token in value!.AsArray())
                {
                    file[key]!.AsArray().Add(token!.DeepClone());
                }
            }
            else
            {
                file[key] = value?.DeepClone();
            }
        }

        return Load(file.ToJsonString(), config);
    }

    private static Tokenizer Load(string file, string config, string? map = null)
    {
        var files = new Dictionary<string, byte[]>
        {
            ["tokenizer.json"] = System.Text.Encoding.UTF8.GetBytes(file),
            ["tokenizer_config.json"] = System.Text.Encoding.UTF8.GetBytes(config),
        };
        if (map is not null)
        {
            files["special_tokens_map.json"] = System.Text.Encoding.UTF8.GetBytes(map);
        }

        return TokenizerFolder.Load(new TokenizerFiles("test", files));
    }
}
