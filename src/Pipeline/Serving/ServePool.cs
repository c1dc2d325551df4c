using System.Diagnostics;
using Alignment.Pipeline.Runs.Worker;
using Alignment.Shared;
using Microsoft.Extensions.Logging;

namespace Alignment.Pipeline.Serving;

/// <summary>
/// The models that are held ready: one process each, started when somebody asks, shared by all, stopped when nobody asked for a
/// while. Who asks for one more than there may be waits in order until one is idle, also before those who want a loaded one:
/// otherwise a busy model would keep all others out.
/// </summary>
internal sealed class ServePool(Lazy<AlignCommand> align, DataFolder data, ServePoolOptions options, TimeProvider clock, ILogger<ServePool> logger) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiting = [];
    private readonly Dictionary<string, Place> _places = [];
    private Task _leaving = Task.CompletedTask;
    private bool _closed;

    /// <summary>True when the model answers without being loaded first.</summary>
    public bool IsReady(string model)
    {
        lock (_gate)
        {
            return _places.TryGetValue(model, out Place? place) && place.Server.IsUsable && place.Server.Ready.IsCompletedSuccessfully;
        }
    }

    /// <summary>The use of a model, which is loaded first where it must.</summary>
    /// <param name="model">A name under models/ or a run's id.</param>
    /// <param name="cancellationToken">Ends the waiting; the model goes on loading for whoever asks next.</param>
    /// <exception cref="UserError">It cannot be started; the message has its last words.</exception>
    public async Task<ServeLease> UseAsync(string model, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(model);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _waiting.AddLast(waiter);
            ServeWaiting();
        }

        Place place = await TurnAsync(waiter, cancellationToken);
        try
        {
            return new(place.Server, await place.Server.Ready.WaitAsync(cancellationToken), () => Release(place));
        }
        catch
        {
            Release(place);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task left;
        lock (_gate)
        {
            _closed = true;
            foreach (Waiter waiter in _waiting)
            {
                waiter.Turn.TrySetException(new ObjectDisposedException(nameof(ServePool)));
            }

            _waiting.Clear();
            foreach (Place place in _places.Values.ToArray())
            {
                Leave(place);
            }

            left = _leaving;
        }

        await left;
    }

    private async Task<Place> TurnAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        try
        {
            return await waiter.Turn.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                if (!_waiting.Remove(waiter) && waiter.Turn.Task.IsCompletedSuccessfully)
                {
                    ReleaseLocked(waiter.Turn.Task.GetAwaiter().GetResult());
                }

                ServeWaiting();
            }

            throw;
        }
    }

    private void ServeWaiting()
    {
        while (_waiting.First is { Value: var first } && PlaceFor(first.Model) is { } place)
        {
            _waiting.RemoveFirst();
            place.Leases++;
            first.Turn.SetResult(place);
        }
    }

    private Place? PlaceFor(string model)
    {
        if (_places.TryGetValue(model, out Place? known))
        {
            if (known.Server.IsUsable)
            {
                return known;
            }

            Leave(known);
        }

        if (_places.Count >= options.MostModels)
        {
            if (_places.Values.Where(place => place.Leases == 0).MinBy(place => place.LastUsed) is not { } idlest)
            {
                return null;
            }

            Leave(idlest);
        }

        LogMessages.ModelStarting(logger, model);
        var made = new Place(new ModelServer(model, Command, options, _leaving));
        made.IdleTimer = clock.CreateTimer(_ => StopIdle(made), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _places.Add(model, made);
        _ = ForgetAsync(made);
        return made;
    }

    private ProcessStartInfo Command(string model) => align.Value.Start(
        "serve", ModelSource.Resolve(model, data.Models, data), "--name", model, "--port", "0", "--stop-seconds", "3", "--until-stdin-closes", "--data-dir", data.Root);

    private async Task ForgetAsync(Place place)
    {
        await place.Server.Ended;
        await place.IdleTimer.DisposeAsync();
        LogMessages.ModelEnded(logger, place.Server.Model);
        lock (_gate)
        {
            if (_places.TryGetValue(place.Server.Model, out Place? current) && current == place)
            {
                _places.Remove(place.Server.Model);
            }

            ServeWaiting();
        }
    }

    private void Release(Place place)
    {
        lock (_gate)
        {
            ReleaseLocked(place);
            ServeWaiting();
        }
    }

    private void ReleaseLocked(Place place)
    {
        place.Leases--;
        place.LastUsed = clock.GetTimestamp();
        place.IdleTimer.Change(options.Idle, Timeout.InfiniteTimeSpan);
    }

    private void StopIdle(Place place)
    {
        lock (_gate)
        {
            TimeSpan left = options.Idle - clock.GetElapsedTime(place.LastUsed);
            if (place.Leases > 0 || !_places.ContainsValue(place))
            {
                return;
            }

            if (left > TimeSpan.Zero)
            {
                place.IdleTimer.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }

            Leave(place);
            ServeWaiting();
        }
    }

    private void Leave(Place place)
    {
        _places.Remove(place.Server.Model);
        place.Server.Stop();
        _leaving = Task.WhenAll(_leaving, place.Server.Ended);
    }

    private sealed class Place(ModelServer server)
    {
        public ModelServer Server => server;

        public int Leases { get; set; }

        public long LastUsed { get; set; }

        public ITimer IdleTimer { get; set; } = null!;
    }

    private sealed class Waiter(string model)
    {
        public string Model => model;

        public TaskCompletionSource<Place> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
