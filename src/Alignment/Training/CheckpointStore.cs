using System.Security.Cryptography;
using System.Text.Json;

using Alignment.Checkpoints;
using Alignment.Shared;
using Alignment.Shared.Runs;

using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>
/// The checkpoints of one run. Each is a folder that is written under a temporary name, flushed to disk and renamed, so that it
/// is there whole or not at all; state.json holds the SHA-256 of every other file and is hashed itself by state.sha256.
/// </summary>
/// <param name="folder">the run</param>
/// <param name="keep">how many stay on disk, the newest ones</param>
public sealed class CheckpointStore(RunFolder folder, int keep)
{
    private const string TensorFile = "tensors.safetensors", StateFile = "state.json", HashFile = "state.sha256";

    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>Writes a checkpoint and removes what is older than the newest <c>keep</c>.</summary>
    /// <exception cref="UserError">the disk is full; nothing half-written stays</exception>
    public void Save(TrainState state, IReadOnlyList<(string Name, Tensor Tensor)> tensors)
    {
        string target = folder.Checkpoint(state.Step);
        string temporary = Path.Combine(folder.Checkpoints, "writing-" + Path.GetFileName(target));
        try
        {
            DeleteFolder(temporary);
            Directory.CreateDirectory(temporary);
            SafetensorsWriter.Write(Path.Combine(temporary, TensorFile), tensors);
            FaultPoint.Reach(FaultPoint.CheckpointTensors);
            var index = new CheckpointIndex(CheckpointIndex.CurrentFormat, state, [Describe(Path.Combine(temporary, TensorFile))]);
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(index, Options);
            AtomicFile.Write(Path.Combine(temporary, StateFile), json);
            AtomicFile.Write(Path.Combine(temporary, HashFile), Convert.ToHexStringLower(SHA256.HashData(json)));
            FaultPoint.Reach(FaultPoint.CheckpointState);
            DeleteFolder(target);
            DirectoryFlush.Flush(temporary);
            Directory.Move(temporary, target);
            DirectoryFlush.Flush(folder.Checkpoints);
            FaultPoint.Reach(FaultPoint.CheckpointRenamed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UserError)
        {
            DeleteFolder(temporary);
            throw e is UserError ? e : AtomicFile.CanNotWrite(target, e);
        }

        foreach (int old in folder.CheckpointSteps().SkipLast(keep))
        {
            DeleteFolder(folder.Checkpoint(old));
        }
    }

    /// <summary>The newest checkpoint, verified; null when there is none.</summary>
    /// <exception cref="UserError">the newest one is damaged; the message says how to go on from the one before</exception>
    public Checkpoint? Newest()
    {
        if (Directory.Exists(folder.Checkpoints))
        {
            foreach (string leftover in Directory.EnumerateDirectories(folder.Checkpoints, "writing-*"))
            {
                DeleteFolder(leftover);
            }
        }

        IReadOnlyList<int> steps = folder.CheckpointSteps();
        if (steps.Count == 0)
        {
            return null;
        }

        string path = folder.Checkpoint(steps[^1]);
        string wayOut = steps.Count > 1
            ? FormattableString.Invariant($"remove that folder to go on from step {steps[^2]}")
            : "remove that folder to start again from the beginning";
        CheckpointIndex index = ReadIndex(path, wayOut);
        foreach (CheckpointFile file in index.Files)
        {
            string at = Path.Combine(path, file.Name);
            if (!File.Exists(at))
            {
                throw Damaged(path, $"{file.Name} is missing", wayOut);
            }

            if (Describe(at) is CheckpointFile found && found != file)
            {
                throw Damaged(path, $"{file.Name} has {found.Bytes} bytes with SHA-256 {found.Sha256[..12]}… instead of {file.Bytes} with {file.Sha256[..12]}…", wayOut);
            }
        }

        return new Checkpoint(path, index.State, Path.Combine(path, TensorFile));
    }

    private static CheckpointIndex ReadIndex(string path, string wayOut)
    {
        try
        {
            byte[] json = File.ReadAllBytes(Path.Combine(path, StateFile));
            string hash = File.ReadAllText(Path.Combine(path, HashFile)).Trim();
            if (hash != Convert.ToHexStringLower(SHA256.HashData(json)))
            {
                throw Damaged(path, $"{StateFile} does not match {HashFile}", wayOut);
            }

            CheckpointIndex? index = JsonSerializer.Deserialize<CheckpointIndex>(json, Options);
            return index is { Format: CheckpointIndex.CurrentFormat } ? index
                : throw Damaged(path, $"{StateFile} has format {index?.Format}, this version reads {CheckpointIndex.CurrentFormat}", wayOut);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            throw Damaged(path, $"{StateFile} is unreadable: {e.Message}", wayOut);
        }
    }

    private static UserError Damaged(string path, string what, string wayOut) =>
        new($"checkpoint {path} is damaged: {what}; {wayOut}, then run --resume again", ExitCodes.Failed);

    private static CheckpointFile Describe(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return new CheckpointFile(Path.GetFileName(path), stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    private static void DeleteFolder(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}

/// <summary>A verified checkpoint.</summary>
/// <param name="Path">its folder</param>
/// <param name="State">the loop's state</param>
/// <param name="TensorPath">the file with the tensors</param>
public sealed record Checkpoint(string Path, TrainState State, string TensorPath)
{
    /// <summary>Copies the stored tensors into those given, in place.</summary>
    /// <exception cref="UserError">a name or shape differs: the run was started with another model or adapter</exception>
    public void ReadInto(IReadOnlyList<(string Name, Tensor Tensor)> tensors)
    {
        using var guard = no_grad();
        using SafetensorsFile file = SafetensorsFile.Open(TensorPath);
        foreach ((string name, Tensor target) in tensors)
        {
            if (!file.Has(name) || !file.Info(name).Shape.SequenceEqual(target.shape))
            {
                throw new UserError($"checkpoint {Path} has no tensor '{name}' of shape [{string.Join(", ", target.shape)}]: it belongs to another model or adapter", ExitCodes.Failed);
            }

            using Tensor stored = file.Read(name, target.dtype, target.device);
            target.copy_(stored);
        }
    }
}
