namespace NServiceBus;

/// <summary>What is to become of a message that failed.</summary>
public abstract class RecoverabilityAction
{
    internal RecoverabilityAction() { }

    public static NServiceBus.ImmediateRetry ImmediateRetry() => new();

    public static NServiceBus.DelayedRetry DelayedRetry(TimeSpan timeSpan) => new(timeSpan);

    public static NServiceBus.MoveToError MoveToError(string errorQueue) => new(errorQueue);

    public static NServiceBus.Discard Discard(string reason) => new(reason);
}

public sealed class ImmediateRetry : RecoverabilityAction
{
    internal ImmediateRetry() { }
}

public sealed class DelayedRetry : RecoverabilityAction
{
    internal DelayedRetry(TimeSpan delay) => Delay = delay;

    public TimeSpan Delay { get; }
}

public sealed class MoveToError : RecoverabilityAction
{
    internal MoveToError(string errorQueue) => ErrorQueue = errorQueue;

    public string ErrorQueue { get; }
}

/// <summary>Done with, without a copy anywhere.</summary>
public sealed class Discard : RecoverabilityAction
{
    internal Discard(string reason) => Reason = reason;

    public string Reason { get; }
}
