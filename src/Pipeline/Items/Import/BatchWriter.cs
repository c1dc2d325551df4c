using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Projects;
using Alignment.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Items.Import;

/// <summary>What one batch added.</summary>
internal sealed record BatchResult(long Imported, long AlreadyThere, long Labels, IReadOnlyDictionary<ItemKind, int> Items);

/// <summary>
/// Adds the rows of one batch in one transaction: items by their content's hash, labels by their idempotency key. What is
/// there already, from this file, another one, or a process at the same time, stays as it is.
/// </summary>
internal sealed class BatchWriter(Transactions transactions, TimeProvider clock)
{
    /// <summary>The labeler's id of every imported label.</summary>
    public const string Labeler = "import";

    public Task<BatchResult> WriteAsync(IReadOnlyList<ParsedRow> rows, ImportRows import, CancellationToken cancellationToken) =>
        transactions.RunAsync((db, token) => AddAsync(db, rows, import, token), cancellationToken);

    /// <summary>Adds rows in a transaction that is the caller's.</summary>
    public async Task<BatchResult> AddAsync(AlignmentDb db, IReadOnlyList<ParsedRow> rows, ImportRows import, CancellationToken cancellationToken)
    {
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        DateTime now = clock.GetUtcNow().UtcDateTime;
        Project project = await ProjectNames.GetOrAddAsync(db, import.Project, now, cancellationToken);
        string[] hashes = [.. rows.SelectMany(row => row.Drafts).Select(draft => draft.ContentHash).Distinct()];
        Dictionary<string, long> stored = await db.Items.Where(item => item.ProjectId == project.Id && hashes.Contains(item.ContentHash))
            .ToDictionaryAsync(item => item.ContentHash, item => item.Id, cancellationToken);
        Dictionary<string, long> labels = import.Relabel ? [] : await StoredLabelsAsync(db, project.Id, rows, cancellationToken);
        Dictionary<string, Item> made = [];
        HashSet<string> labeled = [];
        Dictionary<ItemKind, int> kinds = [];
        long imported = 0;
        foreach (ParsedRow row in rows)
        {
            bool added = false;
            foreach (ItemDraft draft in row.Drafts)
            {
                if (!stored.ContainsKey(draft.ContentHash) && !made.ContainsKey(draft.ContentHash))
                {
                    Item item = MakeItem(draft, row, project, import.FileName, now);
                    made.Add(draft.ContentHash, item);
                    db.Items.Add(item);
                    kinds[draft.Kind] = kinds.GetValueOrDefault(draft.Kind) + 1;
                    added = true;
                }

                if (draft.Verdict is { } verdict && !import.Relabel && Label(draft, verdict, project.Id, import.Human, labels, now) is { } label && labeled.Add(label.IdempotencyKey))
                {
                    db.Judgments.Add(made.TryGetValue(draft.ContentHash, out Item? item) ? label.About(item) : label.About(stored[draft.ContentHash]));
                    added = true;
                }
            }

            imported += added ? 1 : 0;
        }

        return new(imported, rows.Count - imported, labeled.Count, kinds);
    }

    // The label of a draft, null when it is stored. That people made it is a revision of the label of which nobody said so.
    private static NewLabel? Label(ItemDraft draft, string verdict, int project, bool human, Dictionary<string, long> stored, DateTime now)
    {
        string key = Key(project, draft);
        bool known = stored.TryGetValue(key, out long plain);
        return stored.ContainsKey(ByPeople(key)) || (known && !human) ? null
            : new(draft.Kind == ItemKind.Pair ? JudgmentKind.Pair : JudgmentKind.Single, verdict, human, human ? ByPeople(key) : key, known ? plain : null, now);
    }

    private static async Task<Dictionary<string, long>> StoredLabelsAsync(AlignmentDb db, int project, IReadOnlyList<ParsedRow> rows, CancellationToken cancellationToken)
    {
        string[] keys = [.. rows.SelectMany(row => row.Drafts).Where(draft => draft.Verdict is not null)
            .Select(draft => Key(project, draft)).Distinct().SelectMany(key => new[] { key, ByPeople(key) })];
        return keys.Length == 0 ? [] : await db.Judgments.Where(judgment => keys.Contains(judgment.IdempotencyKey))
            .ToDictionaryAsync(judgment => judgment.IdempotencyKey, judgment => judgment.Id, cancellationToken);
    }

    private static string Key(int project, ItemDraft draft) => FormattableString.Invariant($"{Labeler}/{project}/{draft.ContentHash}/{draft.Verdict}");

    private static string ByPeople(string key) => key + "/human";

    private static Item MakeItem(ItemDraft draft, ParsedRow row, Project project, string file, DateTime now) => new()
    {
        ProjectId = project.Id,
        Project = project,
        Kind = draft.Kind,
        Prompt = draft.Prompt,
        PromptId = RowParser.PromptId(draft),
        AnswerA = draft.AnswerA,
        AnswerB = draft.AnswerB,
        Source = row.Source ?? file,
        Provenance = RowParser.Provenance(row, file),
        ContentHash = draft.ContentHash,
        CreatedAt = now,
    };

    private sealed record NewLabel(JudgmentKind Kind, string Verdict, bool Human, string IdempotencyKey, long? RevisesId, DateTime CreatedAt)
    {
        public Judgment About(Item item) => Make(item.Id, item);

        public Judgment About(long itemId) => Make(itemId, null);

        private Judgment Make(long itemId, Item? item) => new()
        {
            ItemId = itemId,
            Item = item,
            Kind = Kind,
            Verdict = Verdict,
            LabelerKind = Human ? LabelerKind.Person : LabelerKind.Import,
            LabelerId = Labeler,
            IdempotencyKey = IdempotencyKey,
            RevisesId = RevisesId,
            CreatedAt = CreatedAt,
        };
    }
}
