namespace Alignment.Tokenization;

/// <summary>
/// What transformers 4.57 adds to tokenizer.json by the class that tokenizer_config.json names: special tokens that count
/// where the file does not mention them, and for some classes a template of their own instead of the file's post-processor.
/// </summary>
/// <param name="Bos">Default beginning-of-sequence token.</param>
/// <param name="Eos">Default end-of-sequence token.</param>
/// <param name="Unk">Default unknown token.</param>
/// <param name="Pad">Default padding token.</param>
/// <param name="OwnTemplate">The class replaces the post-processor by BOS and EOS as add_bos_token and add_eos_token say.</param>
/// <param name="AddBos">Default of add_bos_token where the class has its own template.</param>
internal sealed record TokenizerClass(string? Bos, string? Eos, string? Unk, string? Pad, bool OwnTemplate, bool AddBos)
{
    private static readonly TokenizerClass Plain = new(null, null, null, null, OwnTemplate: false, AddBos: false);

    private static readonly Dictionary<string, TokenizerClass> Known = new(StringComparer.Ordinal)
    {
        ["LlamaTokenizer"] = new("<s>", "</s>", "<unk>", null, OwnTemplate: true, AddBos: true),
        ["CodeLlamaTokenizer"] = new("<s>", "</s>", "<unk>", null, OwnTemplate: true, AddBos: true),
        ["GemmaTokenizer"] = new("<bos>", "<eos>", "<unk>", "<pad>", OwnTemplate: true, AddBos: true),
        ["CohereTokenizer"] = new("<BOS_TOKEN>", "<|END_OF_TURN_TOKEN|>", "<UNK>", "<PAD>", OwnTemplate: true, AddBos: true),
        ["GPTNeoXTokenizer"] = new("<|endoftext|>", "<|endoftext|>", "<|endoftext|>", null, OwnTemplate: true, AddBos: false),
        ["GPT2Tokenizer"] = new("<|endoftext|>", "<|endoftext|>", "<|endoftext|>", null, OwnTemplate: false, AddBos: false),
        ["CodeGenTokenizer"] = new("<|endoftext|>", "<|endoftext|>", "<|endoftext|>", null, OwnTemplate: false, AddBos: false),
        ["Qwen2Tokenizer"] = new(null, "<|endoftext|>", "<|endoftext|>", "<|endoftext|>", OwnTemplate: false, AddBos: false),
    };

    /// <summary>The class of a name, with or without "Fast"; one without rules of its own when it is not known.</summary>
    public static TokenizerClass Of(string? name) =>
        name is null ? Plain : Known.GetValueOrDefault(name.EndsWith("Fast", StringComparison.Ordinal) ? name[..^4] : name, Plain);
}
