using Microsoft.Extensions.Logging;
using NServiceBus;

namespace Roost.Bus.Recoverability;

/// <summary>What the endpoint cannot get over by itself. Tells the action that the configuration defined, once per trouble.</summary>
sealed class CriticalErrors(
    Func<ICriticalErrorContext, CancellationToken, Task>? action, Func<CancellationToken, Task> stopEndpoint, TimeProvider clock, ILogger logger)
{
    // A broker that is gone for a moment fails every retry and every error copy; only when that lasts somebody has to know.
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    long lastTold;

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

    /// <summary>Told once per patience, however many messages are held: one that nobody takes must not go unseen because others are.</summary>
    public async Task RecoverabilityFailed(string messageId, TimeSpan held, Exception exception)
    {
        if (held < Patience) return;
        var now = clock.GetTimestamp();
        var last = Interlocked.Read(ref lastTold);
        if (last != 0 && clock.GetElapsedTime(last, now) < Patience || Interlocked.CompareExchange(ref lastTold, now, last) != last) return;
        await Raise($"Failed to execute recoverability policy for message with native ID: `{messageId}`", exception).ConfigureAwait(false);
    }
}
