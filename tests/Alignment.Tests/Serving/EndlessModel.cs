using System.Text.Json.Nodes;

using Alignment.Tests.Models;

namespace Alignment.Tests.Serving;

/// <summary>A copy of the demo model that never ends its answers: another token than the one it was taught closes them.</summary>
internal static class EndlessModel
{
    private const int Unused = 3;

    /// <summary>Writes it.</summary>
    /// <param name="folder">exists</param>
    /// <param name="context">max_position_embeddings</param>
    public static string Copy(string folder, int context = 1 << 20)
    {
        foreach (string file in Directory.EnumerateFiles(TestServer.Model))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        ChangedModel.Edit(folder, "config.json", json => (json["eos_token_id"], json["max_position_embeddings"]) = (JsonValue.Create(Unused), JsonValue.Create(context)));
        ChangedModel.Edit(folder, "tokenizer_config.json", json => json["eos_token"] = json["pad_token"]!.GetValue<string>());
        return folder;
    }
}
