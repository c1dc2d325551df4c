using Alignment.Goldens;

namespace Alignment.Architecture.Tests;

/// <summary>The repository's files, as the architecture tests see them.</summary>
internal static class Sources
{
    /// <summary>The folder of Alignment.sln.</summary>
    public static string Root { get; } = GoldenData.Repository;

    /// <summary>The four projects of src/.</summary>
    public static readonly string[] Projects = ["Shared", "Pipeline", "Alignment", "Labeling.Web"];

    /// <summary>The assembly that a project was compiled to.</summary>
    public static string Assembly(string project) => Path.Combine(Root, "artifacts", "bin", project, "release", project + ".dll");

    /// <summary>All source files below a folder, without generated ones; paths relative to the root, with '/'.</summary>
    public static IEnumerable<string> Files(string folder, params string[] extensions) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/bin/", StringComparison.Ordinal) && !path.Contains("/obj/", StringComparison.Ordinal)
                && !path.Contains("/Migrations/", StringComparison.Ordinal)
                && extensions.Contains(Path.GetExtension(path)))
            .Order(StringComparer.Ordinal);

    /// <summary>The text of a file named relative to the root.</summary>
    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));
}
