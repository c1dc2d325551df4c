namespace Alignment.Serving;

/// <summary>Requests that wait for the generation thread, in order. Who goes away leaves the line and makes room.</summary>
/// <param name="room">the most that may wait</param>
internal sealed class WaitingLine(int room)
{
    private readonly object _gate = new();
    private readonly LinkedList<ChatJob> _jobs = new();
    private bool _closed;

    /// <summary>How many wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                Sweep();
                return _jobs.Count;
            }
        }
    }

    /// <summary>Joins the line; false when it is full or closed.</summary>
    /// <param name="job">who joins</param>
    /// <param name="free">how many more can be taken out at once and do not really wait</param>
    public bool TryAdd(ChatJob job, int free)
    {
        lock (_gate)
        {
            Sweep();
            if (_closed || _jobs.Count >= room + free)
            {
                return false;
            }

            _jobs.AddLast(job);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>The first of the line, which leaves it; null when nobody waits.</summary>
    public ChatJob? TryTake()
    {
        lock (_gate)
        {
            Sweep();
            ChatJob? first = _jobs.First?.Value;
            if (first is not null)
            {
                _jobs.RemoveFirst();
            }

            return first;
        }
    }

    /// <summary>Blocks until somebody waits or the line is closed; false when it is closed.</summary>
    /// <param name="block">false only asks</param>
    public bool IsOpen(bool block)
    {
        lock (_gate)
        {
            while (block && !_closed && _jobs.Count == 0)
            {
                Monitor.Wait(_gate);
            }

            return !_closed;
        }
    }

    /// <summary>Takes nobody in any more and lets the generation thread go.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Sweep()
    {
        for (LinkedListNode<ChatJob>? node = _jobs.First; node is not null;)
        {
            LinkedListNode<ChatJob>? next = node.Next;
            if (node.Value.IsGone)
            {
                _jobs.Remove(node);
            }

            node = next;
        }
    }
}
