using System.Text.Json;

using Alignment.Shared;

namespace Alignment.Tokenization;

/// <summary>
/// Loads a tokenizer from a Hugging Face folder: tokenizer.json, tokenizer_config.json, special_tokens_map.json. Ids and text
/// are those of transformers 4.57 (AutoTokenizer, fast).
/// </summary>
public static class TokenizerFolder
{
    /// <summary>Loads the tokenizer of a folder.</summary>
    /// <exception cref="UserError">A file is missing or damaged, or a part of it is not supported (named in the message).</exception>
    public static Tokenizer Load(string folder) => Load(TokenizerFiles.Read(folder));

    /// <summary>Makes the tokenizer of files in memory.</summary>
    internal static Tokenizer Load(TokenizerFiles files)
    {
        using JsonDocument? file = Parse(files, TokenizerFiles.TokenizerFile);
        using JsonDocument? config = Parse(files, TokenizerFiles.ConfigFile);
        using JsonDocument? map = Parse(files, TokenizerFiles.SpecialTokensMap);
        try
        {
            JsonElement none = JsonElement.Parse("{}");
            var root = new JsonPart(file!.RootElement, $"{files.Source}/{TokenizerFiles.TokenizerFile}");
            var settings = TokenizerConfig.Read(
                new JsonPart(config?.RootElement ?? none, $"{files.Source}/{TokenizerFiles.ConfigFile}"),
                map is null ? null : new JsonPart(map.RootElement, $"{files.Source}/{TokenizerFiles.SpecialTokensMap}"));
            return new PipelineTokenizer(files, root, settings);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            // System.Text.Json: a text with a lone surrogate escape, or a value of another kind.
            throw new UserError($"{files.Source}: a value of the tokenizer's files is damaged: {e.Message}", inner: e);
        }
    }

    private static JsonDocument? Parse(TokenizerFiles files, string name)
    {
        if (files.Find(name) is not byte[] content)
        {
            return null;
        }

        try
        {
            ReadOnlyMemory<byte> bytes = content.AsSpan().StartsWith("\uFEFF"u8) ? content.AsMemory(3) : content;
            return JsonDocument.Parse(bytes);
        }
        catch (JsonException e)
        {
            throw new UserError($"{files.Source}/{name} is no valid JSON: {e.Message}", inner: e);
        }
    }
}
