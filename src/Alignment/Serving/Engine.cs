using Alignment.Generation;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Alignment.Serving;

/// <summary>
/// The one thread that touches tensors. Between two steps rows of waiting requests join, finished and abandoned ones leave;
/// each step gives every row in work one more token. Rows of one model are computed together; of several models served
/// side by side, each takes its step in turn.
/// </summary>
internal sealed class Engine : IDisposable
{
    private readonly ServedModels _models;
    private readonly int _room;
    private readonly WaitingLine _line;
    private readonly ILogger _logger;
    private readonly Dictionary<string, RowBatch> _batches = new(StringComparer.Ordinal);
    private readonly Thread _thread;
    private ChatJob? _joining;
    private volatile int _running;

    /// <summary>Starts the thread.</summary>
    /// <param name="models">what is served</param>
    /// <param name="room">rows computed at once, of all models together</param>
    /// <param name="queue">requests that may wait</param>
    /// <param name="logger">faults go there</param>
    public Engine(ServedModels models, int room, int queue, ILogger logger)
    {
        (_models, _room, _line, _logger) = (models, room, new WaitingLine(queue), logger);
        _thread = new Thread(Run) { IsBackground = true, Name = "generation" };
        _thread.Start();
    }

    /// <summary>Requests that wait.</summary>
    public int Waiting => _line.Count;

    /// <summary>Answers in work.</summary>
    public int Running => _running;

    /// <summary>Puts a request into the line; false when it is full.</summary>
    public bool TryAdd(ChatJob job) => _line.TryAdd(job, Math.Max(0, _room - _running));

    /// <summary>Ends the thread after its current step; what is not answered fails.</summary>
    public void Dispose()
    {
        _line.Close();
        _thread.Join();
    }

    private void Run()
    {
        while (_line.IsOpen(block: _running == 0 && _joining is not { HasMore: true }))
        {
            try
            {
                Round();
            }
            catch (Exception e)
            {
                LogMessages.GenerationFailed(_logger, e);
                Abandon(new ApiError(StatusCodes.Status500InternalServerError, "internal_error", "The generation failed; the server's log says more."));
            }
        }

        Abandon(new OperationCanceledException("the server stopped"));
    }

    private void Round()
    {
        Join();
        foreach ((string name, RowBatch batch) in _batches)
        {
            batch.Leave(row => ((ChatRow)row).Job.IsGone);
            _models.Use(name);
            batch.Step();
            batch.Leave(row => ((ChatRow)row).Take());
        }

        Tidy();
    }

    // One prompt per round, so that those who are being answered wait for one at most.
    private void Join()
    {
        int free = _room - _running;
        if (free <= 0)
        {
            return;
        }

        if (_joining is not { HasMore: true })
        {
            _joining = _line.TryTake();
        }

        if (_joining is not { HasMore: true } job)
        {
            return;
        }

        if (!_batches.TryGetValue(job.Model, out RowBatch? batch))
        {
            _batches[job.Model] = batch = new RowBatch(_models.Base.Model, room: 1);
        }

        IReadOnlyList<ChatRow> fresh = job.Begin(free);
        _running += fresh.Count;
        _models.Use(job.Model);
        batch.Join(fresh);
        batch.Leave(row => fresh.Contains(row) && ((ChatRow)row).Take());
    }

    // A batch without rows gives its keys and values back.
    private void Tidy()
    {
        foreach (string name in _batches.Where(entry => entry.Value.Rows.Count == 0).Select(entry => entry.Key).ToList())
        {
            _batches[name].Dispose();
            _batches.Remove(name);
        }

        _running = _batches.Values.Sum(batch => batch.Rows.Count);
    }

    private void Abandon(Exception reason)
    {
        IEnumerable<ChatJob> inWork = _batches.Values.SelectMany(batch => batch.Rows).Select(row => ((ChatRow)row).Job);
        foreach (ChatJob job in inWork.Append(_joining).OfType<ChatJob>().Distinct().ToList())
        {
            job.Fail(reason);
        }

        foreach (RowBatch batch in _batches.Values)
        {
            batch.Dispose();
        }

        _batches.Clear();
        _joining = null;
        _running = 0;
        while (!_line.IsOpen(block: false) && _line.TryTake() is ChatJob waiting)
        {
            waiting.Fail(reason);
        }
    }
}
