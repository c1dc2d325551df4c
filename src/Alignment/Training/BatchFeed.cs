using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

using Alignment.Data;

namespace Alignment.Training;

/// <summary>One step's micro-batches in managed memory.</summary>
/// <param name="Epoch">from 0</param>
/// <param name="StepInEpoch">from 0</param>
/// <param name="Batches">the micro-batches</param>
/// <param name="Context">counts over all of them</param>
public sealed record PreparedStep(int Epoch, int StepInEpoch, IReadOnlyList<SequenceBatch> Batches, StepContext Context);

/// <summary>
/// Collates the next steps on a thread of its own and hands them over through a bounded queue of managed arrays. Tensors are
/// born on the training thread only.
/// </summary>
public sealed class BatchFeed : IDisposable
{
    private const int Ahead = 4;

    private readonly BlockingCollection<PreparedStep> _queue = new(Ahead);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private Exception? _fault;

    /// <summary>Starts at a place of an epoch and prepares so many steps.</summary>
    public BatchFeed(IRowSet rows, BatchPlanner planner, int epoch, int stepInEpoch, long steps)
    {
        _thread = new Thread(() => Produce(rows, planner, epoch, stepInEpoch, steps)) { IsBackground = true, Name = "batches" };
        _thread.Start();
    }

    /// <summary>The next step; waits for it.</summary>
    public PreparedStep Next()
    {
        if (_queue.TryTake(out PreparedStep? step, Timeout.Infinite))
        {
            return step;
        }

        if (_fault is not null)
        {
            ExceptionDispatchInfo.Throw(_fault);
        }

        throw new InvalidOperationException("the planned steps are used up");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _queue.Dispose();
        _stop.Dispose();
    }

    private void Produce(IRowSet rows, BatchPlanner planner, int epoch, int stepInEpoch, long steps)
    {
        try
        {
            for (long i = 0; i < steps; i++)
            {
                IReadOnlyList<int[]> micro = planner.Step(epoch, stepInEpoch);
                _queue.Add(new PreparedStep(epoch, stepInEpoch, [.. micro.Select(rows.Collate)], StepContext.Of(rows, micro)), _stop.Token);
                (epoch, stepInEpoch) = planner.After(epoch, stepInEpoch);
            }
        }
        catch (OperationCanceledException)
        {
            // The run ends early: nobody waits for the rest.
        }
        catch (Exception e)
        {
            _fault = e;
        }
        finally
        {
            _queue.CompleteAdding();
        }
    }
}
