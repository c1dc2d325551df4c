using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Alignment.Architecture.Tests;

/// <summary>Foreign files under third_party/ are what their README says: unmodified, with licence, version and hash.</summary>
public partial class ThirdPartyTests
{
    private static readonly string Folder = Path.Combine(Sources.Root, "third_party");

    public static TheoryData<string> Packages => [.. Directory.EnumerateDirectories(Folder).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Files_AreThoseOfTheReadme(string package)
    {
        string folder = Path.Combine(Folder, package);
        Dictionary<string, string> said = Row().Matches(File.ReadAllText(Path.Combine(folder, "README.md"))).ToDictionary(match => match.Groups[2].Value, match => match.Groups[1].Value);
        Dictionary<string, string> there = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => (Path: path, Name: Path.GetRelativePath(folder, path).Replace('\\', '/')))
            .Where(file => file.Name != "README.md")
            .ToDictionary(file => file.Name, file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file.Path))));

        Assert.Contains("LICENSE", there.Keys);
        Assert.Equal(said.OrderBy(file => file.Key, StringComparer.Ordinal), there.OrderBy(file => file.Key, StringComparer.Ordinal));
    }

    [GeneratedRegex(@"^\| `([0-9a-f]{64})` \| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
