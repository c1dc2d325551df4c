using System.Collections.Concurrent;
using System.Runtime.InteropServices;

using static TorchSharp.torch;

namespace Alignment.Native;

/// <summary>
/// libtorch's C entry to any ATen operator by name (<c>torch_call_dispatcher</c>), on TorchSharp tensors and with autograd.
/// Arguments and results are 64-bit slots. Operators whose schema has a Scalar are refused by libtorch; use TorchSharp for those.
/// Each operator in use has one typed method in <see cref="Ops"/>: nothing else calls this class.
/// </summary>
internal static unsafe partial class Dispatcher
{
    private const string Library = "torch_cpu";
    private const ulong AbiVersion = (2UL << 56) | (10UL << 48);
    private static readonly ConcurrentDictionary<string, IntPtr> Names = new();

    [LibraryImport(Library)]
    private static partial int aoti_torch_new_tensor_handle(IntPtr original, out IntPtr handle);

    [LibraryImport(Library)]
    private static partial int torch_call_dispatcher(byte* op, byte* overload, ulong* stack, ulong version);

    [LibraryImport(Library)]
    private static partial int torch_new_list_reserve_size(ulong size, out IntPtr list);

    [LibraryImport(Library)]
    private static partial int torch_list_push_back(IntPtr list, ulong value);

    [LibraryImport("libstdc++.so.6", EntryPoint = "_Znwm")]
    private static partial IntPtr CxxNew(nuint size);

    /// <summary>A slot for a tensor argument; the callee frees it.</summary>
    public static ulong Slot(Tensor tensor)
    {
        Check(aoti_torch_new_tensor_handle(tensor.Handle, out IntPtr handle), "new_tensor_handle");
        return (ulong)handle;
    }

    /// <summary>A slot for a number of type int.</summary>
    public static ulong Slot(long value) => (ulong)value;

    /// <summary>A slot for a number of type float.</summary>
    public static ulong Slot(double value) => BitConverter.DoubleToUInt64Bits(value);

    /// <summary>A slot for a bool.</summary>
    public static ulong Slot(bool value) => value ? 1UL : 0UL;

    /// <summary>The slot of an absent optional.</summary>
    public static ulong None => 0;

    /// <summary>A present optional that holds <paramref name="slot"/>.</summary>
    public static ulong Some(ulong slot)
    {
        ulong* box = (ulong*)CxxNew(8);
        *box = slot;
        return (ulong)box;
    }

    /// <summary>A slot for a list of ints.</summary>
    public static ulong List(ReadOnlySpan<long> values)
    {
        Check(torch_new_list_reserve_size((ulong)values.Length, out IntPtr list), "new_list");
        foreach (long value in values)
        {
            Check(torch_list_push_back(list, (ulong)value), "list_push_back");
        }

        return (ulong)list;
    }

    /// <summary>A slot for a list of tensors.</summary>
    public static ulong List(IReadOnlyList<Tensor> tensors)
    {
        Check(torch_new_list_reserve_size((ulong)tensors.Count, out IntPtr list), "new_list");
        foreach (Tensor tensor in tensors)
        {
            Check(torch_list_push_back(list, Slot(tensor)), "list_push_back");
        }

        return (ulong)list;
    }

    /// <summary>Takes over a tensor result; it joins the current dispose scope.</summary>
    public static Tensor Result(ulong slot) => Tensor.UnsafeCreateTensor((IntPtr)slot);

    /// <summary>Calls the operator; <paramref name="stack"/> has room for the larger of arguments and results.</summary>
    public static void Call(string op, string overload, Span<ulong> stack)
    {
        fixed (ulong* slots = stack)
        {
            int rc = torch_call_dispatcher(Name(op), Name(overload), slots, AbiVersion);
            if (rc != 0)
            {
                throw new ExternalException($"libtorch refused {op}{(overload.Length == 0 ? "" : "." + overload)} (its reason stands on standard error; most often memory ran out)");
            }
        }
    }

    private static byte* Name(string name) => (byte*)Names.GetOrAdd(name, Marshal.StringToCoTaskMemUTF8);

    private static void Check(int rc, string call)
    {
        if (rc != 0)
        {
            throw new ExternalException($"libtorch: {call} failed");
        }
    }
}
