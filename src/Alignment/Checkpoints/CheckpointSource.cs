using Alignment.Shared;

namespace Alignment.Checkpoints;

/// <summary>Opens what a path names.</summary>
public static class CheckpointSource
{
    /// <summary>The tensors of a Hugging Face folder, a GGUF file or a single safetensors file.</summary>
    /// <exception cref="UserError">The path is none of these, or it is damaged.</exception>
    public static ICheckpoint Open(string path) =>
        Directory.Exists(path) ? HuggingFaceFolder.Open(path).Weights
        : path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? GgufCheckpoint.Open(path)
        : path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) ? SafetensorsFile.Open(path)
        : throw new UserError(File.Exists(path)
            ? $"{path}: neither a Hugging Face folder nor a .gguf or .safetensors file"
            : $"{path}: no such folder or file");
}
