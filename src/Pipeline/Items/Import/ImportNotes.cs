namespace Alignment.Pipeline.Items.Import;

/// <summary>What summaries say about rows that were imported but are worth a look.</summary>
internal static class ImportNotes
{
    /// <summary>Two turns of one role follow each other; some chat templates refuse that.</summary>
    public const string RepeatedRole = "two_turns_of_one_role";

    /// <summary>An answer of a row occurs in it twice and was taken once.</summary>
    public const string RepeatedAnswer = "repeated_answer";

    /// <summary>The last of an odd number of answers found no partner (<c>--pairs all</c> or <c>none</c> takes it).</summary>
    public const string AnswerWithoutPartner = "answer_without_partner";

    /// <summary>Both answers are the same; frozen datasets leave the pair out.</summary>
    public const string EqualAnswers = "equal_answers";

    /// <summary>The row has keys that no layout reads; they are kept with the item's provenance.</summary>
    public const string ExtraKeys = "extra_keys";
}
