namespace Alignment.Adapters;

/// <summary>Names of tensors in PEFT's <c>adapter_model.safetensors</c>.</summary>
internal static class PeftNames
{
    /// <summary>What stands before a module's path.</summary>
    public const string Prefix = "base_model.model.";

    /// <summary>A of a module.</summary>
    public static string A(string path) => $"{Prefix}{path}.lora_A.weight";

    /// <summary>B of a module.</summary>
    public static string B(string path) => $"{Prefix}{path}.lora_B.weight";

    /// <summary>PEFT's copy of the base weight, written where head or embedding are adapted.</summary>
    public static string BaseLayer(string path) => $"{Prefix}{path}.base_layer.weight";
}
