using Alignment.Data;
using Alignment.Models;
using Alignment.Shared;
using Alignment.Shared.Runs;
using Alignment.Tests.Data;
using Alignment.Tests.Tokenization;
using Alignment.Tests.Training;
using Alignment.Tokenization;

using static TorchSharp.torch;

namespace Alignment.Tests.Models;

public class BoundedTokenizerTests
{
    [Fact]
    public void Encode_IdWithoutEmbedding_IsRefusedWithBothNumbers()
    {
        using var folder = new TemporaryFolder();
        using LoadedModel model = Load(folder);

        Assert.Equal(TokenizerFolder.Load(TinyRun.Model).Encode("a text", addSpecialTokens: true), model.Tokenizer.Encode("a text", addSpecialTokens: true));
        string message = Assert.Throws<UserError>(() => model.Tokenizer.Encode($"a {ChangedModel.Extra} text", addSpecialTokens: false)).Message;
        Assert.Contains($"'{ChangedModel.Extra}', whose id is 600", message, StringComparison.Ordinal);
        Assert.Contains("has 600 embeddings", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_RowWithoutEmbedding_IsNamed()
    {
        using var folder = new TemporaryFolder();
        using LoadedModel model = Load(folder);
        var encoder = new RowEncoder(model.Tokenizer, model.Template, new EncodingRules(ConventionNames.Trl116, 100));

        Assert.Single(encoder.Encode([Sample.Chat("q", "x", "y")]).Rows);
        UserError error = Assert.Throws<UserError>(() => encoder.Encode([Sample.Chat("q", "x", ChangedModel.Extra, 7)]));
        Assert.Contains("line 7", error.Message, StringComparison.Ordinal);
        Assert.Contains("600", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Roles_WithoutEmbedding_CountAsAbsent()
    {
        using var folder = new TemporaryFolder();
        using LoadedModel model = Load(folder, "pad_token", "eos_token");

        Assert.Null(model.Tokenizer.PadId);
        Assert.Equal([2], model.EosIds); // config.json's
        UserError error = Assert.Throws<UserError>(() => new ChatText(model.Tokenizer, null).EosId);
        Assert.Contains("vocab_size", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EveryIdHasAnEmbedding_LeavesTheTokenizerAlone()
    {
        using LoadedModel model = LoadedModel.Load(TinyRun.Model, ScalarType.Float32, CPU);

        Assert.IsNotType<BoundedTokenizer>(model.Tokenizer);
    }

    private static LoadedModel Load(TemporaryFolder folder, params string[] roles)
    {
        string path = ChangedModel.Copy(Path.Combine(folder.Path, "model"));
        ChangedModel.AddToken(path);
        foreach (string role in roles)
        {
            ChangedModel.Edit(path, "tokenizer_config.json", json => json[role] = ChangedModel.Extra);
        }

        return LoadedModel.Load(path, ScalarType.Float32, CPU);
    }
}
