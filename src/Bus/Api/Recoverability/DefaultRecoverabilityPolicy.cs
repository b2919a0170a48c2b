using NServiceBus.Transport;

namespace NServiceBus;

/// <summary>Try again at once, then later and later, then give up. A custom policy may fall through to it.</summary>
public static class DefaultRecoverabilityPolicy
{
    static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(1);

    public static RecoverabilityAction Invoke(RecoverabilityConfig config, ErrorContext errorContext) =>
        Invoke(config, errorContext, TimeProvider.System.GetUtcNow());

    internal static RecoverabilityAction Invoke(RecoverabilityConfig config, ErrorContext errorContext, DateTimeOffset now)
    {
        // Only the exception itself is looked at: what it wraps says nothing about whether another attempt may help.
        if (config.Failed.UnrecoverableExceptionTypes.Any(type => type.IsInstanceOfType(errorContext.Exception)))
            return RecoverabilityAction.MoveToError(config.Failed.ErrorQueue);

        if (errorContext.ImmediateProcessingFailures <= config.Immediate.MaxNumberOfRetries) return RecoverabilityAction.ImmediateRetry();

        var round = errorContext.DelayedDeliveriesPerformed + 1;
        return round <= config.Delayed.MaxNumberOfRetries && !IsTooOld(errorContext, now)
            ? RecoverabilityAction.DelayedRetry(config.Delayed.TimeIncrease * round)
            : RecoverabilityAction.MoveToError(config.Failed.ErrorQueue);
    }

    static bool IsTooOld(ErrorContext errorContext, DateTimeOffset now) =>
        now - DateTimeOffsetHelper.TryParse(errorContext.Headers.GetValueOrDefault(Headers.DelayedRetriesTimestamp)) > GiveUpAfter;
}
