using System.Globalization;
using System.Text;
using Alignment.Shared.Runs;

namespace Alignment.Shared.Tests.Runs;

public sealed class MetricsFileTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 8, 7, 6, 543, TimeSpan.FromHours(1));

    [Fact]
    public void ToLine_Record_IsOneLineInEveryCulture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            var record = new MetricRecord(3, 1, Now, new OrderedDictionary<string, double> { [MetricNames.RewardsMargins] = 0.25, [MetricNames.Loss] = 1e-7 });

            Assert.Equal("""{"step":3,"attempt":1,"time":"2026-11-25T07:07:06.543Z","rewards/margins":0.25,"loss":1E-07}""", Encoding.UTF8.GetString(record.ToLine()));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void ToLine_ValueThatIsNotFinite_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Record(1, 1, ("loss", double.NaN)).ToLine());

    [Fact]
    public void Parse_WrittenLine_IsEqual()
    {
        MetricRecord record = Record(3, 2, ("loss", 0.1 + 0.2), ("grad_norm", 12));
        MetricRecord back = MetricRecord.Parse(record.ToLine())!;

        Assert.Equal((3, 2, Now), (back.Step, back.Attempt, back.Time));
        Assert.Equal(record.Values, back.Values);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"step\":1")]
    [InlineData("{\"step\":1,\"attempt\":1}")]
    [InlineData("{\"step\":1,\"attempt\":1,\"time\":\"2026-01-01T00:00:00Z\"}{")]
    [InlineData("{\"step\":\"1\",\"attempt\":1,\"time\":\"2026-01-01T00:00:00Z\"}")]
    [InlineData("7")]
    public void Parse_TornLine_IsNull(string line) => Assert.Null(MetricRecord.Parse(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void Read_RepeatedSteps_TakesTheHighestAttempt()
    {
        using var folder = new TestFolder();
        string path = folder.At("metrics.jsonl");
        using (var writer = new MetricsWriter(path))
        {
            writer.Add(Record(1, 1, ("loss", 1)));
            writer.Add(Record(2, 1, ("loss", 2)));
            writer.Add(Record(2, 1, ("eval_loss", 20)));
            writer.Add(Record(3, 1, ("loss", 3)));
            writer.Add(Record(3, 1, ("eval_loss", 30)));
            writer.Add(Record(4, 1, ("loss", 4)));
            writer.Add(Record(3, 2, ("loss", 33)));
            writer.Add(Record(3, 1, ("loss", 0)));
        }

        IReadOnlyList<MetricRecord> steps = MetricsFile.Read(path);

        Assert.Equal([(1, 1), (2, 1), (3, 2), (4, 1)], steps.Select(step => (step.Step, step.Attempt)));
        Assert.Equal(new Dictionary<string, double> { ["loss"] = 2, ["eval_loss"] = 20 }, steps[1].Values.ToDictionary());
        Assert.Equal(new Dictionary<string, double> { ["loss"] = 33 }, steps[2].Values.ToDictionary());
    }

    [Fact]
    public void Read_EvaluationByALaterAttempt_JoinsTheStepThatWasNotRepeated()
    {
        using var folder = new TestFolder();
        string path = folder.At("metrics.jsonl");
        using (var writer = new MetricsWriter(path))
        {
            writer.Add(Record(1, 1, ("loss", 1)));
            writer.Add(Record(1, 2, ("eval_loss", 10)));
            writer.Add(Record(2, 1, ("loss", 2)));
            writer.Add(Record(2, 1, ("eval_loss", 20)));
            writer.Add(Record(2, 2, ("eval_loss", 21)));
            writer.Add(Record(2, 3, ("loss", 3)));
            writer.Add(Record(3, 1, ("loss", 3)));
            writer.Add(Record(3, 1, ("eval_loss", 30)));
            writer.Add(Record(3, 2, ("eval_loss", 31)));
        }

        IReadOnlyList<MetricRecord> steps = MetricsFile.Read(path);

        Assert.Equal([(1, 2), (2, 3), (3, 2)], steps.Select(step => (step.Step, step.Attempt)));
        Assert.Equal(new Dictionary<string, double> { ["loss"] = 1, ["eval_loss"] = 10 }, steps[0].Values.ToDictionary());
        Assert.Equal(new Dictionary<string, double> { ["loss"] = 3 }, steps[1].Values.ToDictionary());
        Assert.Equal(new Dictionary<string, double> { ["loss"] = 3, ["eval_loss"] = 31 }, steps[2].Values.ToDictionary());
    }

    [Fact]
    public void Writer_AfterATornLine_CutsItOff()
    {
        using var folder = new TestFolder();
        string path = folder.At("metrics.jsonl");
        byte[] first = [.. Record(1, 1, ("loss", 1)).ToLine(), (byte)'\n'];
        byte[] torn = Record(2, 1, ("loss", 2)).ToLine();
        for (int kept = 1; kept <= torn.Length; kept += 7)
        {
            File.WriteAllBytes(path, [.. first, .. torn[..kept]]);
            Assert.Equal(1, Assert.Single(MetricsFile.Read(path)).Step);

            using (var writer = new MetricsWriter(path))
            {
                writer.Add(Record(2, 2, ("loss", 3)));
            }

            Assert.Equal([(1, 1), (2, 2)], MetricsFile.Read(path).Select(step => (step.Step, step.Attempt)));
        }
    }

    [Fact]
    public void Writer_OnlyATornLongLine_StartsAnew()
    {
        using var folder = new TestFolder();
        string path = folder.At("metrics.jsonl");
        File.WriteAllText(path, new string('x', 10_000));
        using (var writer = new MetricsWriter(path))
        {
            writer.Add(Record(1, 1, ("loss", 1)));
        }

        Assert.Equal(1, Assert.Single(MetricsFile.Read(path)).Step);
    }

    [Fact]
    public void Read_WhileWriting_SeesEachFlushedLine()
    {
        using var folder = new TestFolder();
        string path = folder.At("metrics.jsonl");
        Assert.Empty(MetricsFile.Read(path));
        using var writer = new MetricsWriter(path);
        for (int step = 1; step <= 3; step++)
        {
            writer.Add(Record(step, 1, ("loss", step)));
            Assert.Equal(step, MetricsFile.Read(path).Count);
        }
    }

    [Fact]
    public void Read_DamagedLineInTheMiddle_NamesIt()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.At("metrics.jsonl"), "{\n" + Encoding.UTF8.GetString(Record(1, 1).ToLine()) + "\n");

        Assert.Contains("metrics.jsonl:1: ", Assert.Throws<UserError>(() => MetricsFile.Read(folder.At("metrics.jsonl"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Writer_FolderThatIsMissing_IsAUserError()
    {
        using var folder = new TestFolder();
        Assert.Throws<UserError>(() => new MetricsWriter(folder.At("no", "metrics.jsonl")));
    }

    private static MetricRecord Record(int step, int attempt, params (string Name, double Value)[] values) =>
        new(step, attempt, Now, new OrderedDictionary<string, double>(values.Select(value => KeyValuePair.Create(value.Name, value.Value))));
}
