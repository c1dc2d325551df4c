namespace Alignment.Pipeline.Serving;

/// <summary>Where an answer stands.</summary>
public enum AnswerPhase
{
    /// <summary>The model is loaded first, or waits for a place.</summary>
    Starting,

    /// <summary>The model reads the prompt.</summary>
    Reading,

    /// <summary>A piece of the answer.</summary>
    Writing,

    /// <summary>The model ended the answer.</summary>
    Finished,

    /// <summary>The answer was cut at the most tokens.</summary>
    Cut,
}

/// <summary>What comes next of an answer.</summary>
/// <param name="Phase">Where it stands.</param>
/// <param name="Text">More of the answer; empty where there is none.</param>
/// <param name="Tokens">The answer's tokens; known at its end.</param>
public sealed record AnswerPiece(AnswerPhase Phase, string Text = "", int? Tokens = null);
