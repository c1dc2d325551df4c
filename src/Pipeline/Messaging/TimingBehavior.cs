using System.Diagnostics;
using MediatR;
using Microsoft.Extensions.Logging;

namespace Alignment.Pipeline.Messaging;

/// <summary>Logs each message's name and duration; never its content.</summary>
internal sealed class TimingBehavior<TRequest, TResponse>(ILogger<TimingBehavior<TRequest, TResponse>> logger)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            TResponse response = await next();
            LogMessages.MessageDone(logger, typeof(TRequest).Name, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            return response;
        }
        catch (Exception e)
        {
            LogMessages.MessageFailed(logger, typeof(TRequest).Name, Stopwatch.GetElapsedTime(start).TotalMilliseconds, e.GetType().Name);
            throw;
        }
    }
}
