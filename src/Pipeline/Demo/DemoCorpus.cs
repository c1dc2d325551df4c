using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Alignment.Pipeline.Demo;

/// <summary>
/// The synthetic corpus of the demo model: text to learn the language from, demonstrations in good and flawed styles, pairs
/// and single answers of clear quality, unlabeled ones to label, and prompts about topics that occur nowhere else.
/// Deterministic: a seed gives the same bytes everywhere.
/// </summary>
internal sealed class DemoCorpus
{
    /// <summary>The seed of the files under data/demo.</summary>
    public const ulong DefaultSeed = 1;

    private const int EvaluationPrompts = 100;
    private const int InventedTopics = 9000;
    private const int Texts = 6000;
    private const int Demonstrations = 9000;
    private const int Pairs = 400;
    private const int Singles = 200;
    private const int Unlabeled = 30;
    private const int UsualStylePercent = 80;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly DemoTopics _topics;
    private DemoRandom _random;

    private DemoCorpus(ulong seed)
    {
        _random = new DemoRandom(seed);
        _topics = DemoTopics.Create(_random, EvaluationPrompts, InventedTopics);
    }

    /// <summary>All files of the corpus, by name.</summary>
    public static IReadOnlyDictionary<string, byte[]> Create(ulong seed = DefaultSeed)
    {
        var corpus = new DemoCorpus(seed);
        var files = new Dictionary<string, byte[]>();
        ulong stream = 0;
        foreach ((string name, Func<IEnumerable<JsonObject>> rows) in new (string, Func<IEnumerable<JsonObject>>)[]
        {
            ("text.jsonl", corpus.TextRows),
            ("demonstrations.jsonl", corpus.DemonstrationRows),
            ("pairs.jsonl", corpus.PairRows),
            ("singles.jsonl", corpus.SingleRows),
            ("unlabeled-pairs.jsonl", corpus.UnlabeledPairRows),
            ("unlabeled-singles.jsonl", corpus.UnlabeledSingleRows),
            ("eval-prompts.jsonl", corpus.EvaluationRows),
        })
        {
            // A stream of chance for each file: another number of rows in one leaves the others as they are.
            corpus._random = new DemoRandom(seed + (++stream << 32));
            files[name] = Encoding.UTF8.GetBytes(string.Concat(rows().Select(row => row.ToJsonString(Json) + "\n")));
        }

        return files;
    }

    private IEnumerable<JsonObject> TextRows()
    {
        foreach (string topic in Cycle(Texts))
        {
            yield return new JsonObject { ["text"] = DemoWriter.Text(topic) };
        }
    }

    private IEnumerable<JsonObject> DemonstrationRows()
    {
        foreach (string topic in Cycle(Demonstrations))
        {
            (DemoPhrasing phrasing, int sentences) = Question();
            DemoStyle style = _random.Percent(UsualStylePercent) ? phrasing.Style
                : phrasing.Style != DemoStyle.Careful ? DemoStyle.Careful
                : _random.Pick<DemoStyle>([DemoStyle.Hedging, DemoStyle.Chatty, DemoStyle.Vague]);
            yield return new JsonObject
            {
                ["messages"] = new JsonArray(
                    Turn("user", DemoPrompts.Text(phrasing, topic, sentences)),
                    Turn("assistant", DemoWriter.Answer(topic, sentences, style, _random))),
            };
        }
    }

    private IEnumerable<JsonObject> PairRows()
    {
        foreach (string topic in Some(Pairs))
        {
            (string prompt, string good, string bad) = Comparison(topic);
            yield return new JsonObject { ["prompt"] = prompt, ["chosen"] = good, ["rejected"] = bad };
        }
    }

    private IEnumerable<JsonObject> SingleRows()
    {
        foreach (string topic in Some(Singles))
        {
            (string prompt, string good, string bad) = Comparison(topic);
            bool label = _random.Percent(50);
            yield return new JsonObject { ["prompt"] = prompt, ["completion"] = label ? good : bad, ["label"] = label };
        }
    }

    private IEnumerable<JsonObject> UnlabeledPairRows()
    {
        foreach (string topic in Some(Unlabeled))
        {
            (string prompt, string good, string bad) = Comparison(topic);
            yield return new JsonObject { ["prompt"] = prompt, ["answers"] = _random.Percent(50) ? new JsonArray(good, bad) : new JsonArray(bad, good) };
        }
    }

    private IEnumerable<JsonObject> UnlabeledSingleRows()
    {
        foreach (string topic in Some(Unlabeled))
        {
            (string prompt, string good, string bad) = Comparison(topic);
            yield return new JsonObject { ["prompt"] = prompt, ["completion"] = _random.Percent(50) ? good : bad };
        }
    }

    private IEnumerable<JsonObject> EvaluationRows()
    {
        int index = 0;
        foreach (string topic in _topics.Evaluation)
        {
            DemoPhrasing phrasing = DemoPrompts.All[index % DemoPrompts.All.Count];
            yield return new JsonObject { ["prompt"] = DemoPrompts.Text(phrasing, topic, 1 + index / DemoPrompts.All.Count % 3) };
            index++;
        }
    }

    /// <summary>A question with a good answer and one that breaks one requirement: most often the flaw that this question invites.</summary>
    private (string Prompt, string Good, string Bad) Comparison(string topic)
    {
        (DemoPhrasing phrasing, int sentences) = Question();
        string good = DemoWriter.Answer(topic, sentences, DemoStyle.Careful, _random);
        string bad = _random.Percent(10)
            ? DemoWriter.Answer(Other(topic), sentences, DemoStyle.Careful, _random)
            : DemoWriter.Answer(topic, sentences, Flaw(phrasing), _random);
        return (DemoPrompts.Text(phrasing, topic, sentences), good, bad);
    }

    // Two flaws make an answer longer and two shorter. These shares let the shorter answer win about half of the pairs, so
    // that length alone decides nothing.
    private DemoStyle Flaw(DemoPhrasing phrasing) => phrasing.Style != DemoStyle.Careful && _random.Percent(70) ? phrasing.Style
        : _random.Below(100) switch { < 40 => DemoStyle.Short, < 70 => DemoStyle.Vague, < 85 => DemoStyle.Hedging, _ => DemoStyle.Chatty };

    private string Other(string topic)
    {
        string other = _random.Pick(_topics.Training);
        return other == topic ? Other(topic) : other;
    }

    private (DemoPhrasing Phrasing, int Sentences) Question() => (_random.Pick(DemoPrompts.All), 1 + _random.Below(3));

    /// <summary>Topics in random order, each as often as the others.</summary>
    private IEnumerable<string> Cycle(int count) =>
        Enumerable.Range(0, 1 + count / _topics.Training.Count).SelectMany(_ => _random.Shuffle(_topics.Training)).Take(count);

    private IEnumerable<string> Some(int count) => _random.Shuffle(_topics.Training).Take(count);

    private static JsonObject Turn(string role, string content) => new() { ["role"] = role, ["content"] = content };
}
