namespace NServiceBus;

/// <summary>The numbers that a recoverability policy decides with.</summary>
public sealed class RecoverabilityConfig
{
    internal RecoverabilityConfig(ImmediateConfig immediate, DelayedConfig delayed, FailedConfig failed) =>
        (Immediate, Delayed, Failed) = (immediate, delayed, failed);

    public ImmediateConfig Immediate { get; }
    public DelayedConfig Delayed { get; }
    public FailedConfig Failed { get; }
}

public sealed record ImmediateConfig(int MaxNumberOfRetries);

public sealed record DelayedConfig(int MaxNumberOfRetries, TimeSpan TimeIncrease);

public sealed record FailedConfig(string ErrorQueue, HashSet<Type> UnrecoverableExceptionTypes);
