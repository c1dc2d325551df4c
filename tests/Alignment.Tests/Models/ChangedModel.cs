using System.Text.Json.Nodes;

using Alignment.Goldens;
using Alignment.Tests.Training;

namespace Alignment.Tests.Models;

/// <summary>Copies of the trajectories' tiny model (600 ids, as many embeddings) with something changed beside the weights.</summary>
internal static class ChangedModel
{
    public const string Extra = "<|extra|>";

    /// <summary>The model as it is, in a new folder.</summary>
    public static string Copy(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(TinyRun.Model))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        return folder;
    }

    /// <summary>Another chat template.</summary>
    public static void Template(string folder, Func<string, string> change) =>
        Edit(folder, "tokenizer_config.json", json => json["chat_template"] = change(json["chat_template"]!.GetValue<string>()));

    /// <summary>Gives the tokenizer a token <see cref="Extra"/> of id 600, for which the model has no embedding.</summary>
    public static void AddToken(string folder) => Edit(folder, "tokenizer.json", json => json["added_tokens"]!.AsArray().Add(
        new JsonObject { ["id"] = 600, ["content"] = Extra, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = true }));

    /// <summary>Lets the letters a and b change their ids.</summary>
    public static void SwapLetters(string folder) => Edit(folder, "tokenizer.json", json =>
    {
        JsonNode ids = json["model"]!["vocab"]!;
        (int a, int b) = (ids["a"]!.GetValue<int>(), ids["b"]!.GetValue<int>());
        (ids["a"], ids["b"]) = (b, a);
    });

    /// <summary>Changes one of its JSON files.</summary>
    public static void Edit(string folder, string name, Action<JsonObject> change)
    {
        string file = Path.Combine(folder, name);
        JsonObject json = GoldenData.Json(file).AsObject();
        change(json);
        File.WriteAllText(file, json.ToJsonString());
    }
}
