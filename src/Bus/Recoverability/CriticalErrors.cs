using Microsoft.Extensions.Logging;
using NServiceBus;

namespace Roost.Bus.Recoverability;

/// <summary>What the endpoint cannot get over by itself. Tells the action that the configuration defined, once per trouble.</summary>
sealed class CriticalErrors(
    Func<ICriticalErrorContext, CancellationToken, Task>? action, Func<CancellationToken, Task> stopEndpoint, TimeProvider clock, ILogger logger)
{
    // A broker that is gone for a moment fails every retry and every error copy; only when that lasts somebody has to know.
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    long failingSince;

    /// <summary>Does not wait for the action: it may stop the endpoint, which in turn waits for whoever raised the error.</summary>
    public Task Raise(string error, Exception exception)
    {
        logger.LogCritical(exception, "Critical error: {Error}", error);
        if (action is not null) _ = Task.Run(() => Act(action, new CriticalErrorContext(stopEndpoint, error, exception)));
        return Task.CompletedTask;
    }

    async Task Act(Func<ICriticalErrorContext, CancellationToken, Task> react, ICriticalErrorContext context)
    {
        try
        {
            await react(context, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            logger.LogCritical(failure, "The action for critical errors failed");
        }
    }

    public void RecoverabilityWorks() => Interlocked.Exchange(ref failingSince, 0);

    public async Task RecoverabilityFailed(string messageId, Exception exception)
    {
        var now = clock.GetTimestamp();
        var since = Interlocked.CompareExchange(ref failingSince, now, 0);
        if (since != 0 && clock.GetElapsedTime(since, now) > Patience && Interlocked.CompareExchange(ref failingSince, 0, since) == since)
            await Raise($"Failed to execute recoverability policy for message with native ID: `{messageId}`", exception)
                .ConfigureAwait(false);
    }
}
