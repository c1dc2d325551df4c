using System.Runtime.CompilerServices;

using Alignment.Native;

namespace Alignment.Tests;

internal static class LoadNative
{
    [ModuleInitializer]
    internal static void Load()
    {
        TorchNative.Load();
        TorchNative.ResolveFor(typeof(LoadNative).Assembly);
    }
}
