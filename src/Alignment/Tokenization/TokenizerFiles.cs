using System.Security.Cryptography;
using System.Text;

using Alignment.Shared;

namespace Alignment.Tokenization;

/// <summary>The files of a tokenizer, kept as they were read, so that a result has them byte for byte.</summary>
internal sealed class TokenizerFiles(string source, IReadOnlyDictionary<string, byte[]> files)
{
    /// <summary>The vocabulary and its steps.</summary>
    public const string TokenizerFile = "tokenizer.json";

    /// <summary>Special tokens and options.</summary>
    public const string ConfigFile = "tokenizer_config.json";

    /// <summary>Special tokens in an older form.</summary>
    public const string SpecialTokensMap = "special_tokens_map.json";

    private static readonly string[] Names = [TokenizerFile, ConfigFile, SpecialTokensMap, "added_tokens.json", "vocab.json", "merges.txt", "tokenizer.model"];

    /// <summary>Where they come from, for messages.</summary>
    public string Source { get; } = source;

    /// <summary>Reads those that are in a folder.</summary>
    /// <exception cref="UserError">tokenizer.json is missing.</exception>
    public static TokenizerFiles Read(string folder)
    {
        if (!File.Exists(Path.Combine(folder, TokenizerFile)))
        {
            string other = Names.Skip(3).FirstOrDefault(name => File.Exists(Path.Combine(folder, name))) is string name
                ? $"; {name} alone is not supported: save the tokenizer with the transformers library to get one" : "";
            throw new UserError($"{folder}: {TokenizerFile} is missing{other}");
        }

        return new TokenizerFiles(folder, Names.Where(name => File.Exists(Path.Combine(folder, name)))
            .ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(folder, name)), StringComparer.Ordinal));
    }

    /// <summary>The bytes of a file, null when there is none.</summary>
    public byte[]? Find(string name) => files.GetValueOrDefault(name);

    /// <summary>SHA-256 over names and contents, in lower-case hexadecimal.</summary>
    public string Sha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, byte[] content) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(SHA256.HashData(content));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Writes all files; each appears whole or not at all.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach ((string name, byte[] content) in files)
        {
            AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(content));
        }
    }
}
