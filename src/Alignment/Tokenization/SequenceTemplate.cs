namespace Alignment.Tokenization;

/// <summary>The ids that stand around a sequence where special tokens are added.</summary>
internal sealed record SequenceTemplate(IReadOnlyList<int> Before, IReadOnlyList<int> Behind)
{
    /// <summary>Nothing is added.</summary>
    public static SequenceTemplate None { get; } = new([], []);

    /// <summary>Reads the post-processor of tokenizer.json.</summary>
    public static SequenceTemplate Read(JsonPart? part)
    {
        if (part is not JsonPart given)
        {
            return None;
        }

        switch (given.Type)
        {
            case "Sequence":
                given.Only("processors");
                return given.Objects("processors").Select(p => Read(p))
                    .Aggregate(None, static (inner, outer) => new SequenceTemplate([.. outer.Before, .. inner.Before], [.. inner.Behind, .. outer.Behind]));
            case "ByteLevel":
                given.Only("add_prefix_space", "trim_offsets", "use_regex");
                return None;
            case "TemplateProcessing":
                given.Only("single", "pair", "special_tokens");
                return ReadTemplate(given);
            default:
                throw given.Refuse($"the post-processor type '{given.Type}'");
        }
    }

    private static SequenceTemplate ReadTemplate(JsonPart part)
    {
        var before = new List<int>();
        var behind = new List<int>();
        int sequences = 0;
        foreach (JsonPart item in part.Objects("single"))
        {
            if (item.Has("Sequence"))
            {
                sequences++;
                continue;
            }

            string name = item.Object("SpecialToken").Text("id");
            JsonPart token = part.Object("special_tokens");
            token = token.Has(name) ? token.Object(name) : throw part.Damaged($"special_tokens lacks '{name}', which the template uses");
            (sequences == 0 ? before : behind).AddRange(token.Array("ids").Select(id => id.TryGetInt32(out int value) ? value : throw part.Damaged($"'{name}' has an id that is none")));
        }

        return sequences == 1 ? new SequenceTemplate(before, behind) : throw part.Refuse("a template without exactly one sequence");
    }
}
