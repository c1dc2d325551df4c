namespace Alignment.Tokenization;

/// <summary>Loads a tokenizer from a Hugging Face folder: tokenizer.json, tokenizer_config.json, special_tokens_map.json.</summary>
public static class TokenizerFolder
{
    /// <summary>Loads the tokenizer of a folder.</summary>
    /// <exception cref="Shared.UserError">A file is missing or damaged, or a part of it is not supported (named in the message).</exception>
    public static Tokenizer Load(string folder) => throw new NotImplementedException();
}
