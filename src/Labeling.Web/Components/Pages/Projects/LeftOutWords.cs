using Alignment.Pipeline.Datasets.Freeze;

namespace Alignment.Labeling.Web.Components.Pages.Projects;

/// <summary>Why items are not in a dataset, in words.</summary>
internal static class LeftOutWords
{
    public static string Of(string reason) => reason switch
    {
        LeftOutReasons.Unlabeled => "no opinion yet",
        LeftOutReasons.Ties => "no side has more than half of the verdicts",
        LeftOutReasons.BothBad => "most say that both answers are bad",
        LeftOutReasons.Contradictions => "the same answers won and lost under one prompt",
        LeftOutReasons.EqualAnswers => "both answers are the same",
        LeftOutReasons.RepeatedPrompts => "the prompt is in the dataset already",
        LeftOutReasons.WonPairs => "won pairs, not asked for",
        _ => reason,
    };
}
