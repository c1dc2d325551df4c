using System.Text.RegularExpressions;

namespace Alignment.Architecture.Tests;

/// <summary>Rules about the text of the sources themselves.</summary>
public partial class HouseRuleTests
{
    private const int MaxLines = 400;

    [Fact]
    public void Files_StayWithinTheirSize()
    {
        string[] offenders = [.. Sources.Files("src", ".cs", ".razor").Concat(Sources.Files("tests", ".cs"))
            .Select(file => (File: file, Lines: Sources.Text(file).Count(character => character == '\n')))
            .Where(entry => entry.Lines > MaxLines)
            .Select(entry => $"{entry.File}: {entry.Lines} lines (at most {MaxLines}: it is usually two things)")];

        Assert.Empty(offenders);
    }

    [Fact]
    public void Constructors_HaveAtMostFiveDependencies()
    {
        string[] offenders = [.. Sources.Files("src", ".cs")
            .SelectMany(file => PrimaryConstructor().Matches(Sources.Text(file))
                .Where(match => match.Groups[2].Value.Split(',').Count(part => Dependency().IsMatch(part)) > 5)
                .Select(match => $"{file}: {match.Groups[1].Value}"))];

        Assert.Empty(offenders);
    }

    [Fact]
    public void Sources_LeaveNothingForLater()
    {
        string[] offenders = [.. Sources.Files("src", ".cs", ".razor", ".js", ".css").Concat(Sources.Files("tests", ".cs"))
            .Where(file => !file.EndsWith("HouseRuleTests.cs", StringComparison.Ordinal))
            .Where(file => LeftForLater().IsMatch(Sources.Text(file)))];

        Assert.Empty(offenders);
    }

    [GeneratedRegex(@"\bclass (\w+)\(([^)]*)\)")]
    private static partial Regex PrimaryConstructor();

    [GeneratedRegex(@"\b(I[A-Z]\w+|\w+(Factory|Client|Service|Store))\b")]
    private static partial Regex Dependency();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException")]
    private static partial Regex LeftForLater();
}
