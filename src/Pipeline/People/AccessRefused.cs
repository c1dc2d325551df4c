using Alignment.Shared;

namespace Alignment.Pipeline.People;

/// <summary>Somebody asked for what the roles do not allow.</summary>
public sealed class AccessRefused(string message) : UserError(message);
