namespace Alignment.Pipeline.Serving;

/// <summary>A model that answers.</summary>
/// <param name="Name">What requests call it.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Key">What requests show.</param>
internal sealed record ServedModel(string Name, Uri Address, string Key);
