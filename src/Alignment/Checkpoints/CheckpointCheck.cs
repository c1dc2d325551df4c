using Alignment.Shared;

namespace Alignment.Checkpoints;

/// <summary>What a checkpoint lacks, has too much, or has in another shape than a model asks for.</summary>
/// <param name="Missing">expected and absent</param>
/// <param name="Misshaped">name, expected shape, stored shape</param>
/// <param name="Unexpected">present, and no part of the model uses it</param>
public sealed record CheckpointCheck(
    IReadOnlyList<string> Missing,
    IReadOnlyList<(string Name, IReadOnlyList<long> Expected, IReadOnlyList<long> Stored)> Misshaped,
    IReadOnlyList<string> Unexpected)
{
    /// <summary>Compares names and shapes.</summary>
    /// <param name="checkpoint">what is there</param>
    /// <param name="expected">what the model needs, under checkpoint names</param>
    /// <param name="ignorable">names that may be present and are not used (old buffers, a stored tied head)</param>
    public static CheckpointCheck Compare(
        ICheckpoint checkpoint, IReadOnlyCollection<(string Name, IReadOnlyList<long> Shape)> expected, Func<string, bool>? ignorable = null)
    {
        HashSet<string> wanted = new(expected.Select(tensor => tensor.Name), StringComparer.Ordinal);
        return new CheckpointCheck(
            [.. expected.Where(tensor => !checkpoint.Has(tensor.Name)).Select(tensor => tensor.Name)],
            [.. expected.Where(tensor => checkpoint.Has(tensor.Name) && !tensor.Shape.SequenceEqual(checkpoint.Info(tensor.Name).Shape))
                .Select(tensor => (tensor.Name, tensor.Shape, checkpoint.Info(tensor.Name).Shape))],
            [.. checkpoint.Names.Where(name => !wanted.Contains(name) && ignorable?.Invoke(name) != true)]);
    }

    /// <summary>A warning that names the tensors that nothing uses; null when there are none.</summary>
    public string? Warning(string path) =>
        Unexpected.Count == 0 ? null : $"{path}: {Unexpected.Count} tensors that no layer uses are left out: {List(Unexpected)}";

    /// <summary>Throws when something is missing or misshaped; a model is never run with random numbers in place of weights.</summary>
    /// <exception cref="UserError">Names the tensors and shapes.</exception>
    public void ThrowIfUnusable(string path)
    {
        if (Missing.Count > 0)
        {
            throw new UserError($"{path}: {Missing.Count} tensors that the model needs are missing: {List(Missing)}{(Unexpected.Count > 0 ? $" (unused ones: {List(Unexpected)})" : "")}. The checkpoint is incomplete, or config.json belongs to another one.");
        }

        if (Misshaped.Count > 0)
        {
            throw new UserError($"{path}: {Misshaped.Count} tensors have another shape than config.json asks for: "
                + List([.. Misshaped.Select(tensor => $"{tensor.Name} is [{string.Join(", ", tensor.Stored)}] instead of [{string.Join(", ", tensor.Expected)}]")]));
        }
    }

    private static string List(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(8)) + (names.Count > 8 ? $" … ({names.Count - 8} more)" : "");
}
