using System.Text.Json.Serialization;

using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>
/// Everything beside tensors that a bit-equal resume needs, in one place. Schedule and row order are functions of the step and
/// the seed; what they depend on is compared when a run is resumed (<see cref="Settings"/>).
/// </summary>
public sealed record TrainState
{
    /// <summary>Finished optimizer steps.</summary>
    public int Step { get; init; }

    /// <summary>The epoch of the next step, from 0.</summary>
    public int Epoch { get; init; }

    /// <summary>The next step's place in its epoch, from 0.</summary>
    public int StepInEpoch { get; init; }

    /// <summary>Padding-free tokens trained on.</summary>
    public long Tokens { get; init; }

    /// <summary>Wall-clock seconds of the loop with its evaluations and checkpoints, over all attempts.</summary>
    public double Seconds { get; init; }

    /// <summary>The step after which held-out rows were evaluated last, so that a resumed run does not do it again; null before.</summary>
    public int? Evaluated { get; init; }

    /// <summary>State of the generator that dropout draws from, base64.</summary>
    public string? Generator { get; init; }

    /// <summary>SHA-256 of the reference log-probabilities in use; null without a reference.</summary>
    public string? Reference { get; init; }

    /// <summary>What must be equal for a bit-equal resume: hashes of data, model and tokenizer, threads, device, settings.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The state with the global generator as it is now.</summary>
    public TrainState WithGenerator()
    {
        using Tensor state = get_rng_state();
        return this with { Generator = Convert.ToBase64String(state.data<byte>().ToArray()) };
    }

    /// <summary>Puts the global generator back.</summary>
    public void RestoreGenerator()
    {
        if (Generator is not null)
        {
            using Tensor state = tensor(Convert.FromBase64String(Generator), dtype: ScalarType.Byte, device: CPU);
            set_rng_state(state);
        }
    }

    /// <summary>The fraction of the epochs that is done.</summary>
    /// <param name="stepsPerEpoch">steps of one epoch</param>
    public double EpochsDone(int stepsPerEpoch) => Epoch + (double)StepInEpoch / stepsPerEpoch;
}

/// <summary>A file of a checkpoint as its state names it.</summary>
/// <param name="Name">file name</param>
/// <param name="Bytes">length</param>
/// <param name="Sha256">hash of its content</param>
internal sealed record CheckpointFile(string Name, long Bytes, string Sha256);

/// <summary>The content of a checkpoint's state.json.</summary>
/// <param name="Format">version of this form</param>
/// <param name="State">the loop's state</param>
/// <param name="Files">the other files with their hashes</param>
internal sealed record CheckpointIndex(int Format, TrainState State, IReadOnlyList<CheckpointFile> Files)
{
    /// <summary>The version that is written.</summary>
    [JsonIgnore]
    public const int CurrentFormat = 1;
}
