using System.Globalization;

using Alignment.Shared;

namespace Alignment.Tokenization;

/// <summary>The <c>tokenizer.ggml.*</c> metadata in types: the form is checked here, once.</summary>
internal sealed class GgufVocabulary
{
    private const string Prefix = "tokenizer.ggml.";

    private readonly IReadOnlyDictionary<string, object> _metadata;

    /// <summary>Reads tokens, types, scores and merges.</summary>
    /// <exception cref="UserError">A key is missing or has another type, or two ids have the same token.</exception>
    public GgufVocabulary(IReadOnlyDictionary<string, object> metadata)
    {
        _metadata = metadata;
        Model = Text("model") ?? throw Missing("model");
        Tokens = List<string>("tokens") ?? throw Missing("tokens");
        Scores = List<float>("scores");
        Merges = List<string>("merges");
        int[]? types = Value("token_type") is uint[] unsigned ? [.. unsigned.Select(type => (int)type)] : List<int>("token_type");
        Types = types ?? [.. Enumerable.Repeat(Normal, Tokens.Length)];
        if (Types.Length != Tokens.Length || (Scores is not null && Scores.Length != Tokens.Length))
        {
            throw new UserError($"GGUF metadata: {Prefix}tokens, token_type and scores must be equally long");
        }

        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int id = 0; id < Tokens.Length; id++)
        {
            if (!ids.TryAdd(Tokens[id], id))
            {
                throw new UserError(string.Create(CultureInfo.InvariantCulture, $"GGUF metadata: {Prefix}tokens has '{Tokens[id]}' twice, as {ids[Tokens[id]]} and {id}"));
            }
        }

        Ids = ids;
    }

    /// <summary>Token type of ordinary tokens.</summary>
    public const int Normal = 1;

    /// <summary>Token type of the unknown token.</summary>
    public const int Unknown = 2;

    /// <summary>Token type of control tokens.</summary>
    public const int Control = 3;

    /// <summary>Token type of tokens that are found in the text itself.</summary>
    public const int UserDefined = 4;

    /// <summary>The kind of vocabulary: gpt2, llama, bert …</summary>
    public string Model { get; }

    /// <summary>The way text is cut beforehand, null when the file does not say.</summary>
    public string? Pre => Text("pre");

    /// <summary>Token by id.</summary>
    public string[] Tokens { get; }

    /// <summary>Id by token.</summary>
    public IReadOnlyDictionary<string, int> Ids { get; }

    /// <summary>Type by id.</summary>
    public int[] Types { get; }

    /// <summary>Score by id (SentencePiece), null when there are none.</summary>
    public float[]? Scores { get; }

    /// <summary>Merges by rank, both parts with a space between, null when there are none.</summary>
    public string[]? Merges { get; }

    /// <summary>The token in a role (bos, eos, unknown, padding …), null when there is none.</summary>
    public string? TokenOf(string role) => Value($"{role}_token_id") is not object value ? null
        : Whole(value) is >= 0 and decimal id && id < Tokens.Length ? Tokens[(int)id]
        : throw new UserError($"GGUF metadata: {Prefix}{role}_token_id = {value} is no id of this vocabulary");

    /// <summary>A truth value.</summary>
    public bool Flag(string key, bool missing) => Value(key) switch
    {
        null => missing,
        bool flag => flag,
        object other => throw new UserError($"GGUF metadata: {Prefix}{key} must be true or false, but is {other}"),
    };

    /// <summary>True when the key is there.</summary>
    public bool Has(string key) => Value(key) is not null;

    private string? Text(string key) => Value(key) switch
    {
        null => null,
        string text => text,
        object other => throw new UserError($"GGUF metadata: {Prefix}{key} must be a text, but is {other}"),
    };

    /// <summary>A whole number of any width, null when the value is none.</summary>
    public static decimal? Whole(object? value) => value is byte or sbyte or ushort or short or uint or int or ulong or long
        ? Convert.ToDecimal(value, CultureInfo.InvariantCulture) : null;

    private T[]? List<T>(string key) => Value(key) switch
    {
        null => null,
        T[] list => list,
        object other => throw new UserError($"GGUF metadata: {Prefix}{key} must be a list of {typeof(T).Name}, but is {other.GetType().Name}"),
    };

    private object? Value(string key) => _metadata.GetValueOrDefault(Prefix + key);

    private static UserError Missing(string key) => new($"GGUF metadata: {Prefix}{key} is missing: the file has no tokenizer; take one that has");
}
