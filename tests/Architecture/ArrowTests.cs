using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Alignment.Architecture.Tests;

/// <summary>Labeling.Web → Pipeline → Shared ← Alignment, and no other arrow.</summary>
public class ArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Shared"] = [],
        ["Pipeline"] = ["Shared"],
        ["Alignment"] = ["Shared"],
        ["Labeling.Web"] = ["Pipeline", "Shared"],
    };

    public static TheoryData<string> Projects => [.. Sources.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void ProjectFile_ReferencesOnlyAllowedProjects(string project)
    {
        IEnumerable<string> references = XDocument.Load(Path.Combine(Sources.Root, "src", project, project + ".csproj"))
            .Descendants("ProjectReference")
            .Select(element => Path.GetFileNameWithoutExtension(element.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.Empty(references.Except(Allowed[project]));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Assembly_ReferencesOnlyAllowedAssemblies(string project)
    {
        string[] references = AssemblyReferences(project);

        Assert.Empty(references.Intersect(Sources.Projects).Except(Allowed[project]));
        if (project != "Alignment")
        {
            Assert.DoesNotContain(references, name => name.StartsWith("TorchSharp", StringComparison.Ordinal) || name.StartsWith("Microsoft.ML", StringComparison.Ordinal));
        }

        if (project == "Alignment")
        {
            Assert.DoesNotContain(references, name => name.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal) || name.StartsWith("MediatR", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Shared_UsesTheBaseLibraryAndYamlDotNetOnly()
    {
        string[] foreign = [.. AssemblyReferences("Shared").Where(name =>
            !name.StartsWith("System.", StringComparison.Ordinal) && !name.StartsWith("Microsoft.Win32.", StringComparison.Ordinal) && name is not ("System" or "netstandard" or "mscorlib" or "YamlDotNet"))];

        Assert.Empty(foreign);
    }

    [Fact]
    public void TorchSharp_IsNamedNowhereOutsideAlignment()
    {
        string[] offenders = [.. Sources.Projects.Where(project => project != "Alignment")
            .SelectMany(project => Sources.Files(Path.Combine("src", project), ".cs", ".csproj", ".razor"))
            .Where(file => Sources.Text(file).Contains("TorchSharp", StringComparison.OrdinalIgnoreCase))];

        Assert.Empty(offenders);
    }

    private static string[] AssemblyReferences(string project)
    {
        using var stream = File.OpenRead(Sources.Assembly(project));
        using var file = new PEReader(stream);
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
