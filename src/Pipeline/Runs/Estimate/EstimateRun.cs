using Alignment.Pipeline.People;
using MediatR;

namespace Alignment.Pipeline.Runs.Estimate;

/// <summary>What a run would take: steps, tokens, time, memory. Starts nothing.</summary>
/// <param name="Yaml">The content of the run.yaml; it must be free of errors.</param>
[Needs(Role.Engineer)]
public sealed record EstimateRun(string Yaml) : IRequest<RunEstimate>;

/// <summary>What a run would take. Everything but the steps of a run limited by steps is an estimate.</summary>
/// <param name="Rows">Rows to train on, before any is dropped.</param>
/// <param name="Steps">Steps until the first limit; null where only time ends the run.</param>
/// <param name="Tokens">Tokens trained on; null where only time ends the run.</param>
/// <param name="Time">How long it will take, the reference pass included.</param>
/// <param name="TimeBasis">What the time was derived from, in words.</param>
/// <param name="Memory">What the memory is made of.</param>
public sealed record RunEstimate(int Rows, long? Steps, long? Tokens, TimeSpan? Time, string TimeBasis, MemoryEstimate Memory);

/// <summary>The memory of a run.</summary>
/// <param name="Parameters">The model's parameters.</param>
/// <param name="Parts">What it is made of, in bytes.</param>
/// <param name="Bytes">The sum.</param>
/// <param name="LimitBytes">What the device or the process may have at most; null where nobody knows.</param>
/// <param name="FreeBytes">What is free of it now; null where nobody knows.</param>
/// <param name="Refusal">Why the run will not fit, with the numbers; null where it fits or nobody knows.</param>
public sealed record MemoryEstimate(long Parameters, IReadOnlyList<MemoryPart> Parts, long Bytes, long? LimitBytes, long? FreeBytes, string? Refusal);

/// <summary>A part of a run's memory.</summary>
/// <param name="Name">What it is, in words.</param>
/// <param name="Bytes">How much.</param>
public sealed record MemoryPart(string Name, long Bytes);
