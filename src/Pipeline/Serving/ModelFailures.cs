using Alignment.Shared;

namespace Alignment.Pipeline.Serving;

/// <summary>A model's process ended, or fell silent, in the middle of an answer; asking again starts it anew.</summary>
internal sealed class ModelLost(string message, Exception? inner = null) : UserError(message, ExitCodes.Failed, inner);

/// <summary>The model takes this request never, such as a prompt that is too long for it; others it takes.</summary>
internal sealed class RequestRefused(string message, Exception inner) : UserError(message, inner: inner);
