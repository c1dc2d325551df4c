using System.Text.RegularExpressions;

namespace Alignment.Architecture.Tests;

/// <summary>Which room of src/Alignment may use which: a namespace that is named in a file must stand in its room's list.</summary>
public partial class RoomTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Native"] = [],
        ["Losses"] = ["Native"],
        ["Tokenization"] = [],
        ["Checkpoints"] = ["Native"],
        ["Models"] = ["Native", "Checkpoints", "Tokenization"],
        ["Adapters"] = ["Native", "Checkpoints", "Models"],
        ["Data"] = ["Tokenization", "Models", "Native"],
        ["Generation"] = ["Native", "Models", "Tokenization", "Data", "Adapters"],
        ["Serving"] = ["Native", "Models", "Adapters", "Tokenization", "Generation"],
        ["Training"] = ["Native", "Losses", "Checkpoints", "Models", "Adapters", "Data", "Tokenization", "Generation"],
        ["Evaluation"] = ["Native", "Models", "Adapters", "Data", "Training", "Tokenization", "Checkpoints", "Generation", "Losses"],
    };

    [Fact]
    public void Rooms_OfAlignment_UseOnlyTheRoomsBelowThem()
    {
        var offenders = new List<string>();
        foreach (string file in Sources.Files("src/Alignment", ".cs"))
        {
            string[] parts = file.Split('/');
            if (parts.Length < 4 || parts[2] == "Cli")
            {
                continue;
            }

            Assert.True(Allowed.ContainsKey(parts[2]), $"{file}: the room '{parts[2]}' has no list of rooms that it may use; add one here");
            offenders.AddRange(UsedRooms().Matches(Sources.Text(file))
                .Select(match => match.Groups[1].Value)
                .Where(room => room != parts[2] && room != "Shared" && (Allowed.ContainsKey(room) || room == "Cli") && !Allowed[parts[2]].Contains(room))
                .Distinct()
                .Select(room => $"{file} uses {room}"));
        }

        Assert.Empty(offenders);
    }

    [Fact]
    public void NativeCalls_StandInTheNativeRoomOnly() // and in the one file that flushes a folder, which Pipeline needs too
    {
        string[] offenders = [.. Sources.Files("src", ".cs")
            .Where(file => !file.StartsWith("src/Alignment/Native/", StringComparison.Ordinal) && file != "src/Shared/DirectoryFlush.cs")
            .Where(file => NativeImport().IsMatch(Sources.Text(file)))];

        Assert.Empty(offenders);
    }

    [GeneratedRegex(@"^using (?:static )?Alignment\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex UsedRooms();

    [GeneratedRegex(@"\[(?:DllImport|LibraryImport)\(")]
    private static partial Regex NativeImport();
}
