using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Alignment.Native;

using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Tests.Meta;

/// <summary>
/// Kernels of the meta device that PyTorch registers from Python and the C++ library lacks: shapes without values. With them
/// the product's own step runs there. Each kernel takes its arguments off the stack (and owns them) and leaves its results.
/// </summary>
internal static unsafe partial class MetaKernels
{
    private static readonly Lock Gate = new();
    private static bool s_installed;

    /// <summary>Arguments that came from another device than meta: a forgotten device, taken silently by matmul and others.</summary>
    public static readonly List<string> Strays = [];

    [LibraryImport("torch_cpu")]
    private static partial int aoti_torch_library_init_impl(byte* ns, byte* key, byte* file, uint line, out IntPtr library);

    [LibraryImport("torch_cpu")]
    private static partial int aoti_torch_library_impl(IntPtr library, byte* name, delegate* unmanaged[Cdecl]<ulong*, ulong, ulong, void> kernel);

    /// <summary>Registers the kernels once for the process.</summary>
    public static void Install()
    {
        lock (Gate)
        {
            if (s_installed)
            {
                return;
            }

            zeros([1], device: CPU).Dispose();
            Check(aoti_torch_library_init_impl(Utf8("aten"), Utf8("Meta"), Utf8("MetaKernels.cs"), 1, out IntPtr library));
            Register(library, "where.self", &Where);
            Register(library, "where.self_out", &WhereOut);
            Register(library, "logical_and", &LogicalAnd);
            Register(library, "index_select", &IndexSelect);
            Register(library, "abs", &SameShape);
            Register(library, "logical_not", &LogicalNot);
            Register(library, "isnan", &IsNan);
            Register(library, "_fused_adamw_", &Nothing);
            Register(library, "multinomial", &Multinomial);
            Register(library, "embedding_dense_backward", &EmbeddingBackward);
            s_installed = true;
        }
    }

    private static void Register(IntPtr library, string name, delegate* unmanaged[Cdecl]<ulong*, ulong, ulong, void> kernel) =>
        Check(aoti_torch_library_impl(library, Utf8(name), kernel));

    private static byte* Utf8(string text) => (byte*)Marshal.StringToCoTaskMemUTF8(text);

    private static void Check(int rc) => Assert.Equal(0, rc);

    private static Tensor Take(ulong slot) => Dispatcher.Result(slot);

    private static void Leave(ulong* stack, Tensor result)
    {
        stack[0] = Dispatcher.Slot(result);
        result.Dispose();
    }

    private static void Look(string op, params ReadOnlySpan<Tensor> tensors)
    {
        foreach (Tensor tensor in tensors)
        {
            if (tensor.device.type != DeviceType.META && tensor.shape.Length > 0)
            {
                lock (Strays)
                {
                    Strays.Add($"{op}: a {tensor.device} tensor [{string.Join(", ", tensor.shape)}]");
                }
            }
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Where(ulong* stack, ulong arguments, ulong results)
    {
        using Tensor condition = Take(stack[0]);
        using Tensor a = Take(stack[1]);
        using Tensor b = Take(stack[2]);
        Look("where", condition, a, b);
        using Tensor sum = a + b;
        Leave(stack, sum * condition);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void WhereOut(ulong* stack, ulong arguments, ulong results)
    {
        using Tensor condition = Take(stack[0]);
        using Tensor a = Take(stack[1]);
        using Tensor b = Take(stack[2]);
        Look("where_out", condition, a, b);
        Leave(stack, Take(stack[3]));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void LogicalAnd(ulong* stack, ulong arguments, ulong results)
    {
        using Tensor x = Take(stack[0]);
        using Tensor y = Take(stack[1]);
        Look("logical_and", x, y);
        Leave(stack, x.ne(y));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void IndexSelect(ulong* stack, ulong arguments, ulong results)
    {
        using Tensor x = Take(stack[0]);
        int dimension = (int)(long)stack[1];
        using Tensor index = Take(stack[2]);
        Look("index_select", x, index);
        long[] shape = x.shape;
        shape[dimension < 0 ? dimension + shape.Length : dimension] = index.numel();
        Leave(stack, empty(shape, dtype: x.dtype, device: x.device));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void SameShape(ulong* stack, ulong arguments, ulong results)
    {
        using Tensor x = Take(stack[0]);
        Leave(stack, empty_like(x));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void LogicalNot(ulong* stack, ulong arguments, ulong results)
    {
        using Tensor x = Take(stack[0]);
        Leave(stack, x.eq(0));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void IsNan(ulong* stack, ulong arguments, ulong results)
    {
        using Tensor x = Take(stack[0]);
        Leave(stack, x.ne(x));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Nothing(ulong* stack, ulong arguments, ulong results)
    {
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Multinomial(ulong* stack, ulong arguments, ulong results)
    {
        using Tensor weights = Take(stack[0]);
        long[] shape = weights.shape;
        shape[^1] = (long)stack[1];
        Leave(stack, empty(shape, dtype: ScalarType.Int64, device: weights.device));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void EmbeddingBackward(ulong* stack, ulong arguments, ulong results)
    {
        using Tensor gradient = Take(stack[0]);
        using Tensor ids = Take(stack[1]);
        Look("embedding_dense_backward", gradient, ids);
        Leave(stack, empty([(long)stack[2], gradient.shape[^1]], dtype: gradient.dtype, device: gradient.device));
    }
}
