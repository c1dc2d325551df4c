namespace Alignment.Serving;

/// <summary>How a server listens and what it bears.</summary>
internal sealed record ServeOptions
{
    /// <summary>Port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Answers computed at once.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Requests that may wait; more are refused.</summary>
    public int Queue { get; init; } = 64;

    /// <summary>Longest prompt with its answer, in tokens; null takes what the model was made for.</summary>
    public int? Context { get; init; }

    /// <summary>What clients must show; null asks for nothing.</summary>
    public string? ApiKey { get; init; }

    /// <summary>How long a request may take, waiting included.</summary>
    public TimeSpan RequestTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long requests in work may go on when the server stops.</summary>
    public TimeSpan StopTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gives the time of responses.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
