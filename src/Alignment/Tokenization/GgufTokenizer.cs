namespace Alignment.Tokenization;

/// <summary>Makes a tokenizer from the <c>tokenizer.ggml.*</c> metadata of a GGUF file.</summary>
public static class GgufTokenizer
{
    /// <summary>Makes the tokenizer.</summary>
    /// <param name="metadata">Key to value: .NET scalars, strings and typed arrays.</param>
    /// <exception cref="Shared.UserError">A key is missing or a kind of vocabulary is not supported (named in the message).</exception>
    public static Tokenizer Load(IReadOnlyDictionary<string, object> metadata) => throw new NotImplementedException();
}
