namespace Alignment.Tokenization;

/// <summary>
/// The added tokens of tokenizer.json with what the configuration changes and adds, as transformers 4.57 puts them together:
/// its rules count over the file's, tokens that it names become special, tokens that nobody has get the next free id.
/// </summary>
internal sealed class AddedVocabulary
{
    private readonly BpeModel _model;
    private readonly Dictionary<string, AddedToken> _byText = new(StringComparer.Ordinal);
    private readonly Dictionary<int, AddedToken> _byId = [];

    /// <summary>Takes the tokens of tokenizer.json and applies the configuration.</summary>
    public AddedVocabulary(JsonPart file, BpeModel model, TokenizerConfig config)
    {
        _model = model;
        foreach (JsonPart part in file.Has("added_tokens") ? file.Objects("added_tokens") : [])
        {
            AddedToken token = TokenizerConfig.Token(part, part.Number("id"), specialByDefault: false);
            if (model.IdOf(token.Content) is int id && id != token.Id)
            {
                throw part.Damaged($"'{token.Content}' has the id {token.Id} here and {id} in model.vocab");
            }

            if (token.Id is < 0 or >= BpeModel.MaxId || (_byId.TryGetValue(token.Id, out AddedToken? other) && other.Content != token.Content))
            {
                throw part.Damaged($"the id {token.Id} of '{token.Content}' is impossible or taken");
            }

            Put(token);
        }

        foreach (AddedToken token in config.AddedTokens)
        {
            Override(token);
        }

        foreach (NamedToken named in config.SpecialTokens)
        {
            if (named.Rules is AddedToken rules)
            {
                Override(rules with { Special = true });
            }
            else if (named.Content.Length > 0 && !_byText.ContainsKey(named.Content))
            {
                Override(new AddedToken(named.Content, -1, Special: true));
            }
        }
    }

    /// <summary>All added tokens by ascending id.</summary>
    public IReadOnlyList<AddedToken> Tokens => [.. _byId.Values.OrderBy(t => t.Id)];

    /// <summary>The token of a text.</summary>
    public AddedToken? Find(string text) => _byText.GetValueOrDefault(text);

    /// <summary>The token of an id.</summary>
    public AddedToken? Find(int id) => _byId.GetValueOrDefault(id);

    private void Override(AddedToken token)
    {
        if (token.Content.Length == 0)
        {
            return;
        }

        AddedToken? existing = Find(token.Content);
        int id = existing?.Id ?? _model.IdOf(token.Content) ?? NextId();
        bool special = token.Special || existing is { Special: true };
        bool normalized = existing is { Special: true } ? existing.Normalized : token.Normalized;
        Put(token with { Id = id, Special = special, Normalized = normalized });
    }

    private int NextId() => Math.Max(_model.Tokens.Length, _byId.Count == 0 ? 0 : _byId.Keys.Max() + 1);

    private void Put(AddedToken token)
    {
        _byText[token.Content] = token;
        _byId[token.Id] = token;
    }
}
