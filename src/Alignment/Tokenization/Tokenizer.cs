namespace Alignment.Tokenization;

/// <summary>
/// Text to token ids and back. Immutable after loading and safe for use by many threads at once.
/// <see cref="TokenizerFolder"/> loads one from a Hugging Face folder, <see cref="GgufTokenizer"/> from GGUF metadata.
/// </summary>
public abstract class Tokenizer
{
    /// <summary>The number of ids: the largest id that has a token, plus one. A model may have more embedding rows.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>The id of the beginning-of-sequence token, null when none is configured.</summary>
    public abstract int? BosId { get; }

    /// <summary>The id of the end-of-sequence token, null when none is configured.</summary>
    public abstract int? EosId { get; }

    /// <summary>The id of the padding token, null when none is configured.</summary>
    public abstract int? PadId { get; }

    /// <summary>The id that stands for what the vocabulary cannot express, null when none is configured.</summary>
    public abstract int? UnkId { get; }

    /// <summary>SHA-256 over the tokenizer's files, in lower-case hexadecimal: two tokenizers with the same one give the same ids.</summary>
    public abstract string Sha256 { get; }

    /// <summary>The special tokens (text to id): inside a row's text they become one control id each.</summary>
    public abstract IReadOnlyDictionary<string, int> ControlTokens { get; }

    /// <summary>The ids of a text.</summary>
    /// <param name="text">Any valid Unicode text; special tokens in it become their ids.</param>
    /// <param name="addSpecialTokens">Adds what the tokenizer puts around a sequence (usually BOS).</param>
    /// <exception cref="Shared.UserError">The text holds a lone surrogate; the message says at which index.</exception>
    public abstract int[] Encode(string text, bool addSpecialTokens);

    /// <summary>The text of ids. Incomplete UTF-8 becomes U+FFFD; ids without a token are left out.</summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="skipSpecialTokens">Leaves the <see cref="ControlTokens"/> out.</param>
    public abstract string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens);

    /// <summary>The token of an id as the vocabulary writes it (byte-level tokens in their printable letters), null when there is none.</summary>
    public abstract string? TokenOf(int id);

    /// <summary>The id of a token as the vocabulary writes it, null when there is none.</summary>
    public abstract int? IdOf(string token);

    /// <summary>Where control tokens stand in a text, in order: a row's text should have none, because training would take them for structure.</summary>
    public abstract IReadOnlyList<ControlTokenOccurrence> FindControlTokens(string text);

    /// <summary>
    /// Writes tokenizer.json and tokenizer_config.json (and what else came with them), so that the folder is complete for
    /// other libraries. Files that were loaded from a folder are written byte for byte.
    /// </summary>
    public abstract void Save(string folder);

    /// <summary>True when decoded text loses spaces before punctuation (clean_up_tokenization_spaces).</summary>
    internal virtual bool CleansUp => false;

    /// <summary>The text of ids before <see cref="CleanUp"/>.</summary>
    internal virtual string DecodeRaw(ReadOnlySpan<int> ids, bool skipSpecialTokens) => Decode(ids, skipSpecialTokens);

    /// <summary>Removes spaces before punctuation where <see cref="CleansUp"/>.</summary>
    internal virtual string CleanUp(string text) => text;

    /// <summary>True when the id stands for one byte and the bytes that follow decide what it is.</summary>
    internal virtual bool IsOpenByte(int id) => false;
}

/// <summary>A control token inside a text.</summary>
/// <param name="Token">Its text.</param>
/// <param name="Id">Its id.</param>
/// <param name="Index">Where it starts, in UTF-16 units.</param>
public readonly record struct ControlTokenOccurrence(string Token, int Id, int Index);
