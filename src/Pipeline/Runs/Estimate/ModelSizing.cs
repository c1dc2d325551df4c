using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Alignment.Pipeline.Runs.Models;
using Alignment.Pipeline.Runs.Worker;
using Alignment.Shared;

namespace Alignment.Pipeline.Runs.Estimate;

/// <summary>The sizes of a model that a run would train.</summary>
internal sealed class ModelSizing(AlignQuery align, DataFolder folder)
{
    private readonly ConcurrentDictionary<(string Path, DateTime Changed), ModelFacts> _ggufs = [];

    /// <summary>The sizes: of a folder from its own files, of a GGUF file by asking <c>align inspect</c>.</summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="UserError">The files do not say how large the model is.</exception>
    public async Task<ModelFacts> OfAsync(string path, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            return ModelFacts.Of(path) is { Parameters: not null } facts ? facts
                : throw new UserError($"{path} does not say how large its model is: config.json or the weights are damaged or absent; 'align inspect' says more");
        }

        (string, DateTime) key = (path, File.GetLastWriteTimeUtc(path));
        return _ggufs.TryGetValue(key, out ModelFacts? known) ? known : _ggufs[key] = await InspectAsync(path, cancellationToken);
    }

    private async Task<ModelFacts> InspectAsync(string path, CancellationToken cancellationToken)
    {
        JsonNode model = await align.AskAsync(["inspect", path, "--data-dir", folder.Root, "--json"], cancellationToken);
        int hidden = Number(model["sizes"]?["hidden"]);
        return new(
            model["family"]?.GetValue<string>(), model["parameters"]!.GetValue<long>(), hidden, UsualWidening * hidden, Number(model["sizes"]?["layers"]), Number(model["sizes"]?["vocabulary"]));

        static int Number(JsonNode? value) => value?.GetValue<int>() ?? 0;
    }

    // Of the feed-forward layer, which inspect does not tell.
    private const int UsualWidening = 3;
}
