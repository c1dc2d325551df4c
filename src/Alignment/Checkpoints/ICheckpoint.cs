using static TorchSharp.torch;

namespace Alignment.Checkpoints;

/// <summary>A tensor of a checkpoint, as stored.</summary>
/// <param name="Name">the checkpoint name (of a GGUF file: the name that a Hugging Face folder would use)</param>
/// <param name="Format">the stored element format by its own name, e.g. "BF16", "Q8_0"</param>
/// <param name="Dtype">the dtype that reading without conversion gives (fp32 for block formats)</param>
/// <param name="Shape">row-major</param>
/// <param name="Bytes">stored length in bytes</param>
public sealed record TensorInfo(string Name, string Format, ScalarType Dtype, IReadOnlyList<long> Shape, long Bytes)
{
    /// <summary>The number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, n) => checked(product * n));
}

/// <summary>Named tensors on disk, read one by one.</summary>
public interface ICheckpoint : IDisposable
{
    /// <summary>The folder or file, for messages.</summary>
    string Path { get; }

    /// <summary>All names, in stored order.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>The files that hold the tensors.</summary>
    IReadOnlyList<string> Files { get; }

    /// <summary>True when the checkpoint has the tensor.</summary>
    bool Has(string name);

    /// <summary>What is stored under a name.</summary>
    /// <exception cref="Shared.UserError">There is no such tensor.</exception>
    TensorInfo Info(string name);

    /// <summary>
    /// Reads one tensor; it joins the current dispose scope. On the CPU without conversion it may be a private
    /// copy-on-write view of the file's pages: writing to it never changes the file.
    /// </summary>
    /// <returns>of shape <see cref="TensorInfo.Shape"/></returns>
    /// <exception cref="Shared.UserError">There is no such tensor, or its stored format cannot be read.</exception>
    Tensor Read(string name, ScalarType dtype, Device device);
}
