using Alignment.Pipeline.Serving.Add;

namespace Alignment.Labeling.Web.Components.Pages.Try;

/// <summary>What became of answers that were sent to label, in words.</summary>
internal static class AddedWords
{
    /// <summary>The sentences.</summary>
    public static string Of(AddedAnswers added, string project) => string.Join(' ', Sentences(added, project));

    private static IEnumerable<string> Sentences(AddedAnswers added, string project)
    {
        yield return added switch
        {
            { AlreadyThere: true } => $"{project} has these answers already.",
            { Pairs: > 0 } => $"A pair to compare was added to {project}.",
            _ => $"An answer to rate was added to {project}.",
        };
        if (added.Equal > 0)
        {
            yield return "The answers are the same, so one was kept.";
        }

        if (added.Empty > 0)
        {
            yield return "An empty answer was left out.";
        }
    }
}
