using NServiceBus.Faults;
using NServiceBus.Transport;

namespace NServiceBus;

/// <summary>How often a failing message is tried again, and what happens when that did not help.</summary>
public sealed class RecoverabilitySettings
{
    internal ImmediateRetriesSettings ImmediateSettings { get; } = new();
    internal DelayedRetriesSettings DelayedSettings { get; } = new();
    internal RetryFailedSettings FailedSettings { get; } = new();
    internal HashSet<Type> UnrecoverableTypes { get; } =
        [typeof(MessageDeserializationException), typeof(System.Runtime.Serialization.SerializationException)];
    internal Func<RecoverabilityConfig, ErrorContext, RecoverabilityAction>? Policy { get; private set; }
    internal (int Failures, RateLimitSettings Settings)? RateLimit { get; private set; }

    public RecoverabilitySettings Immediate(Action<ImmediateRetriesSettings> customizations)
    {
        customizations(ImmediateSettings);
        return this;
    }

    public RecoverabilitySettings Delayed(Action<DelayedRetriesSettings> customizations)
    {
        customizations(DelayedSettings);
        return this;
    }

    public RecoverabilitySettings Failed(Action<RetryFailedSettings> customizations)
    {
        customizations(FailedSettings);
        return this;
    }

    public RecoverabilitySettings AddUnrecoverableException<T>() where T : Exception => AddUnrecoverableException(typeof(T));

    public RecoverabilitySettings AddUnrecoverableException(Type exceptionType)
    {
        if (!typeof(Exception).IsAssignableFrom(exceptionType))
            throw new ArgumentException($"{exceptionType} is not an exception.", nameof(exceptionType));
        UnrecoverableTypes.Add(exceptionType);
        return this;
    }

    public RecoverabilitySettings CustomPolicy(Func<RecoverabilityConfig, ErrorContext, RecoverabilityAction> custom)
    {
        Policy = custom;
        return this;
    }

    /// <summary>After so many failures in a row, whatever the messages, try one message at a time until one succeeds.</summary>
    public RecoverabilitySettings OnConsecutiveFailures(int numberOfConsecutiveFailures, RateLimitSettings rateLimitSettings)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(numberOfConsecutiveFailures);
        RateLimit = (numberOfConsecutiveFailures, rateLimitSettings);
        return this;
    }
}

public sealed class ImmediateRetriesSettings
{
    internal int Retries { get; private set; } = 5;
    internal Func<ImmediateRetryMessage, CancellationToken, Task>? Notify { get; private set; }

    public void NumberOfRetries(int numberOfRetries)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(numberOfRetries);
        Retries = numberOfRetries;
    }

    public ImmediateRetriesSettings OnMessageBeingRetried(Func<ImmediateRetryMessage, CancellationToken, Task> notificationCallback)
    {
        Notify += notificationCallback;
        return this;
    }
}

public sealed class DelayedRetriesSettings
{
    internal int Retries { get; private set; } = 3;
    internal TimeSpan Increase { get; private set; } = TimeSpan.FromSeconds(10);
    internal Func<DelayedRetryMessage, CancellationToken, Task>? Notify { get; private set; }

    public DelayedRetriesSettings NumberOfRetries(int numberOfRetries)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(numberOfRetries);
        Retries = numberOfRetries;
        return this;
    }

    public DelayedRetriesSettings TimeIncrease(TimeSpan timeIncrease)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeIncrease, TimeSpan.Zero);
        Increase = timeIncrease;
        return this;
    }

    public DelayedRetriesSettings OnMessageBeingRetried(Func<DelayedRetryMessage, CancellationToken, Task> notificationCallback)
    {
        Notify += notificationCallback;
        return this;
    }
}

public sealed class RetryFailedSettings
{
    internal Action<Dictionary<string, string>>? Customization { get; private set; }
    internal Func<FailedMessage, CancellationToken, Task>? Notify { get; private set; }

    /// <summary>Sees and changes only the headers that describe the failure.</summary>
    public RetryFailedSettings HeaderCustomization(Action<Dictionary<string, string>> customization)
    {
        Customization = customization;
        return this;
    }

    public RetryFailedSettings OnMessageSentToErrorQueue(Func<FailedMessage, CancellationToken, Task> notificationCallback)
    {
        Notify += notificationCallback;
        return this;
    }
}

public sealed class RateLimitSettings(
    TimeSpan? timeToWaitBetweenThrottledAttempts = null,
    Func<CancellationToken, Task>? onRateLimitStarted = null,
    Func<CancellationToken, Task>? onRateLimitEnded = null)
{
    internal TimeSpan TimeBetweenAttempts { get; } = timeToWaitBetweenThrottledAttempts ?? TimeSpan.FromSeconds(1);
    internal Func<CancellationToken, Task> OnStarted { get; } = onRateLimitStarted ?? (_ => Task.CompletedTask);
    internal Func<CancellationToken, Task> OnEnded { get; } = onRateLimitEnded ?? (_ => Task.CompletedTask);
}
