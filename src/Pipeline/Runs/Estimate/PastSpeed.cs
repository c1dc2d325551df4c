using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Alignment.Shared.Runs;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Runs.Estimate;

/// <summary>How fast the last run of the same kind was.</summary>
/// <param name="RunId">The run.</param>
/// <param name="TokensPerSecond">The median of its last steps.</param>
internal sealed record MeasuredSpeed(string RunId, double TokensPerSecond);

/// <summary>Finds how fast runs of the same model, trainer, device, precision and kind of training were.</summary>
internal sealed class PastSpeed(IDbContextFactory<AlignmentDb> contexts, DataFolder data)
{
    private const int Runs = 20;
    private const int Lines = 200;
    private const int Least = 3;

    /// <summary>The newest run that tells; null where none does.</summary>
    public async Task<MeasuredSpeed?> FindAsync(RunSpec spec, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        string device = RunQueue.DeviceOf(spec);
        List<string> ids = await db.Runs.Where(run => run.Model == spec.Model && run.Trainer == spec.Trainer && run.Device == device && run.Step >= Least)
            .OrderByDescending(run => run.StartedAt).Select(run => run.Id).Take(Runs).ToListAsync(cancellationToken);
        foreach (string id in ids.Where(id => IsAlike(id, spec)))
        {
            List<byte[]> lines = await db.RunMetrics.Where(row => row.RunId == id).OrderByDescending(row => row.Offset).Select(row => row.Line).Take(Lines).ToListAsync(cancellationToken);
            double[] speeds = [.. lines.Select(line => MetricRecord.Parse(line)!.Values.GetValueOrDefault(MetricNames.TokensPerSecond)).Where(speed => speed > 0).Order()];
            if (speeds.Length >= Least)
            {
                return new(id, speeds[speeds.Length / 2]);
            }
        }

        return null;
    }

    private bool IsAlike(string id, RunSpec spec)
    {
        string path = new RunFolder(Path.Combine(data.Runs, id)).ResolvedYaml;
        try
        {
            var other = RunSpecYaml.Load(path);
            return other.Precision == spec.Precision && other.Lora is null == spec.Lora is null;
        }
        catch (UserError)
        {
            return false; // its folder is gone, or another version wrote it
        }
    }
}
