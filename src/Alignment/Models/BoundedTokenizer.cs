using Alignment.Shared;
using Alignment.Tokenization;

namespace Alignment.Models;

/// <summary>
/// A tokenizer with more ids than its model has embeddings. Such models are usable: most never meet the tokens in question.
/// A text that gives one of them is an error, and a token for ends or padding counts as absent.
/// </summary>
internal sealed class BoundedTokenizer : Tokenizer
{
    private readonly Tokenizer _whole;
    private readonly int _rows;
    private readonly string _model;

    private BoundedTokenizer(Tokenizer whole, int rows, string model) => (_whole, _rows, _model) = (whole, rows, model);

    /// <inheritdoc/>
    public override int VocabularySize => _whole.VocabularySize;

    /// <inheritdoc/>
    public override int? BosId => Bounded(_whole.BosId);

    /// <inheritdoc/>
    public override int? EosId => Bounded(_whole.EosId);

    /// <inheritdoc/>
    public override int? PadId => Bounded(_whole.PadId);

    /// <inheritdoc/>
    public override int? UnkId => Bounded(_whole.UnkId);

    /// <inheritdoc/>
    public override string Sha256 => _whole.Sha256;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, int> ControlTokens => _whole.ControlTokens;

    /// <inheritdoc/>
    internal override bool CleansUp => _whole.CleansUp;

    /// <summary>The tokenizer as a model can use it: itself where the model has an embedding for every id.</summary>
    /// <param name="tokenizer">the tokenizer</param>
    /// <param name="rows">embeddings of the model</param>
    /// <param name="model">the model, for messages</param>
    public static Tokenizer Of(Tokenizer tokenizer, int rows, string model) =>
        tokenizer.VocabularySize <= rows ? tokenizer : new BoundedTokenizer(tokenizer, rows, model);

    /// <inheritdoc/>
    /// <exception cref="UserError">As the tokenizer itself, or the model has no embedding for an id.</exception>
    public override int[] Encode(string text, bool addSpecialTokens)
    {
        int[] ids = _whole.Encode(text, addSpecialTokens);
        int at = Array.FindIndex(ids, id => id >= _rows);
        return at < 0 ? ids : throw new UserError(FormattableString.Invariant(
            $"the text gives token '{TokenOf(ids[at])}', whose id is {ids[at]}, but {_model} has {_rows} embeddings (vocab_size in config.json): take the tokenizer that goes with the model, or keep the token out of the text"));
    }

    /// <inheritdoc/>
    public override string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens) => _whole.Decode(ids, skipSpecialTokens);

    /// <inheritdoc/>
    public override string? TokenOf(int id) => _whole.TokenOf(id);

    /// <inheritdoc/>
    public override int? IdOf(string token) => _whole.IdOf(token);

    /// <inheritdoc/>
    public override IReadOnlyList<ControlTokenOccurrence> FindControlTokens(string text) => _whole.FindControlTokens(text);

    /// <inheritdoc/>
    public override void Save(string folder) => _whole.Save(folder);

    /// <inheritdoc/>
    internal override string DecodeRaw(ReadOnlySpan<int> ids, bool skipSpecialTokens) => _whole.DecodeRaw(ids, skipSpecialTokens);

    /// <inheritdoc/>
    internal override string CleanUp(string text) => _whole.CleanUp(text);

    /// <inheritdoc/>
    internal override bool IsOpenByte(int id) => _whole.IsOpenByte(id);

    private int? Bounded(int? id) => id < _rows ? id : null;
}
