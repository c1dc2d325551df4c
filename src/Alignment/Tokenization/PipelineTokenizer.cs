using System.Globalization;
using System.Text;

using Alignment.Shared;

namespace Alignment.Tokenization;

/// <summary>
/// The steps of tokenizer.json in order: added tokens are found, the text between is normalised, cut and encoded, ids are put
/// around; decoding goes the other way. Nothing changes after construction, apart from the cache of words.
/// </summary>
internal sealed class PipelineTokenizer : Tokenizer
{
    private readonly TokenizerFiles _files;
    private readonly INormalizer? _normalizer;
    private readonly IPreTokenizer? _preTokenizer;
    private readonly BpeModel _model;
    private readonly IDecoder? _decoder;
    private readonly AddedVocabulary _added;
    private readonly AddedTokenMatcher _inText;
    private readonly AddedTokenMatcher _inNormalized;
    private readonly AddedTokenMatcher _control;
    private readonly SequenceTemplate _template;
    private readonly bool _cleanUp;
    private readonly Lazy<string> _sha256;

    /// <summary>Builds the steps.</summary>
    public PipelineTokenizer(TokenizerFiles files, JsonPart root, TokenizerConfig config)
    {
        _files = files;
        _sha256 = new Lazy<string>(files.Sha256);
        _normalizer = TokenizerParts.Normalizer(Optional(root, "normalizer"));
        _preTokenizer = TokenizerParts.PreTokenizer(Optional(root, "pre_tokenizer"), config.AddPrefixSpace);
        _model = TokenizerParts.Model(root.Object("model"));
        _decoder = TokenizerParts.Decoder(Optional(root, "decoder"));
        _added = new AddedVocabulary(root, _model, config);
        IReadOnlyList<AddedToken> tokens = _added.Tokens;
        _inText = new AddedTokenMatcher(tokens.Where(t => !t.Normalized).Select(t => (t.Content, t)));
        _inNormalized = new AddedTokenMatcher(tokens.Where(t => t.Normalized).Select(t => (Normalize(t.Content), t)));
        _control = new AddedTokenMatcher(tokens.Where(t => t.Special).Select(t => (t.Content, t)));
        ControlTokens = tokens.Where(t => t.Special).ToDictionary(t => t.Content, t => t.Id, StringComparer.Ordinal);
        VocabularySize = Math.Max(_model.Tokens.Length, tokens.Count == 0 ? 0 : tokens[^1].Id + 1);
        BosId = IdOfRole(config, "bos_token");
        EosId = IdOfRole(config, "eos_token");
        PadId = IdOfRole(config, "pad_token");
        UnkId = IdOfRole(config, "unk_token");
        SequenceTemplate own = SequenceTemplate.Read(Optional(root, "post_processor"));
        _template = config.Class.OwnTemplate ? TemplateOfClass(config) : own;
        foreach (int id in _template.Before.Concat(_template.Behind).Where(id => TokenOf(id) is null))
        {
            throw root.Damaged(string.Create(CultureInfo.InvariantCulture, $"the post-processor adds the id {id}, which has no token"));
        }

        _cleanUp = config.CleanUp;
    }

    /// <inheritdoc/>
    public override int VocabularySize { get; }

    /// <inheritdoc/>
    public override int? BosId { get; }

    /// <inheritdoc/>
    public override int? EosId { get; }

    /// <inheritdoc/>
    public override int? PadId { get; }

    /// <inheritdoc/>
    public override int? UnkId { get; }

    /// <inheritdoc/>
    public override string Sha256 => _sha256.Value;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, int> ControlTokens { get; }

    /// <inheritdoc/>
    public override int[] Encode(string text, bool addSpecialTokens)
    {
        UnicodeText.Require(text, "the text");
        var ids = new List<int>(text.Length / 3 + 8);
        if (addSpecialTokens)
        {
            ids.AddRange(_template.Before);
        }

        foreach ((AddedToken? token, TextSpan span) in _inText.Cut(text))
        {
            if (token is not null)
            {
                ids.Add(token.Id);
            }
            else
            {
                EncodePiece(span.Length == text.Length ? text : text.Substring(span.Start, span.Length), span.Start == 0, ids);
            }
        }

        if (addSpecialTokens)
        {
            ids.AddRange(_template.Behind);
        }

        return [.. ids];
    }

    /// <inheritdoc/>
    public override string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens) => CleanUp(DecodeRaw(ids, skipSpecialTokens));

    /// <inheritdoc/>
    public override string? TokenOf(int id) =>
        _added.Find(id)?.Content ?? ((uint)id < (uint)_model.Tokens.Length ? _model.Tokens[id] : null);

    /// <inheritdoc/>
    public override int? IdOf(string token) => _added.Find(token)?.Id ?? _model.IdOf(token);

    /// <inheritdoc/>
    public override IReadOnlyList<ControlTokenOccurrence> FindControlTokens(string text) =>
        [.. _control.Cut(text).Where(piece => piece.Token is not null)
            .Select(piece => new ControlTokenOccurrence(piece.Token!.Content, piece.Token.Id, text.IndexOf(piece.Token.Content, piece.Span.Start, StringComparison.Ordinal)))];

    /// <inheritdoc/>
    public override void Save(string folder) => _files.Write(folder);

    /// <inheritdoc/>
    internal override bool CleansUp => _cleanUp;

    /// <inheritdoc/>
    internal override string DecodeRaw(ReadOnlySpan<int> ids, bool skipSpecialTokens)
    {
        var tokens = new List<string>(ids.Length);
        foreach (int id in ids)
        {
            AddedToken? added = _added.Find(id);
            if (!(skipSpecialTokens && added is { Special: true }) && (added?.Content ?? TokenOf(id)) is string token)
            {
                tokens.Add(token);
            }
        }

        return _decoder is null ? string.Join(' ', tokens) : string.Concat(_decoder.Decode(tokens));
    }

    /// <summary>transformers' clean_up_tokenization, replacement by replacement.</summary>
    internal override string CleanUp(string text) => !_cleanUp ? text : new StringBuilder(text)
        .Replace(" .", ".").Replace(" ?", "?").Replace(" !", "!").Replace(" ,", ",").Replace(" ' ", "'")
        .Replace(" n't", "n't").Replace(" 'm", "'m").Replace(" 's", "'s").Replace(" 've", "'ve").Replace(" 're", "'re")
        .ToString();

    /// <inheritdoc/>
    internal override bool IsOpenByte(int id) =>
        _decoder is not (null or ByteLevelDecoder) && TokenOf(id) is string token && ByteFallbackDecoder.ByteOf(token) is not null;

    private static JsonPart? Optional(JsonPart root, string name) => root.Has(name) ? root.Object(name) : null;

    private void EncodePiece(string piece, bool atStart, List<int> ids)
    {
        string normalized = Normalize(piece);
        foreach ((AddedToken? token, TextSpan span) in _inNormalized.Cut(normalized))
        {
            if (token is not null)
            {
                ids.Add(token.Id);
                continue;
            }

            string part = span.Length == normalized.Length ? normalized : normalized.Substring(span.Start, span.Length);
            var text = new PreTokenizedText(part, atStart && span.Start == 0);
            _preTokenizer?.Apply(text);
            foreach (TextSpan word in text.Spans)
            {
                _model.Encode(text.Text.AsSpan(word.Start, word.Length), ids);
            }
        }
    }

    private string Normalize(string text) => _normalizer?.Normalize(text) ?? text;

    private int? IdOfRole(TokenizerConfig config, string role) =>
        config.ByRole.TryGetValue(role, out NamedToken? token) && token.Content.Length > 0 ? IdOf(token.Content) : null;

    private SequenceTemplate TemplateOfClass(TokenizerConfig config)
    {
        int[] before = !config.AddBos ? [] : [BosId ?? throw Missing("add_bos_token", "bos_token")];
        int[] behind = !config.AddEos ? [] : [EosId ?? throw Missing("add_eos_token", "eos_token")];
        return new SequenceTemplate(before, behind);
    }

    private UserError Missing(string option, string role) =>
        new($"{_files.Source}/{TokenizerFiles.ConfigFile}: {option} is true, but there is no {role}");
}
