namespace Roost.Bus.Transport;

/// <summary>
/// The way to the broker. One instance serves one endpoint. RabbitMQ is the real one; the simulation brings its own.
/// </summary>
public interface ITransport : IAsyncDisposable
{
    /// <summary>Declares queues with their exchanges, and what delayed delivery needs. Repeating it changes nothing.</summary>
    Task Install(IReadOnlyCollection<string> receiveQueues, IReadOnlyCollection<string> sendQueues, CancellationToken ct);

    /// <summary>Connects; afterwards <see cref="Dispatch"/> works.</summary>
    Task Connect(CancellationToken ct);

    /// <summary>How many bytes the headers of a message may take; known once connected.</summary>
    int LongestHeaders => HeaderSpace.Usual;

    Task Subscribe(string queue, Type eventType, CancellationToken ct);
    Task Unsubscribe(string queue, Type eventType, CancellationToken ct);

    /// <summary>Completes when the broker has taken responsibility for every message; throws when it has not.</summary>
    /// <exception cref="NoQueueException">A queue does not exist; it may be the inner exception of what says which messages are concerned.</exception>
    /// <exception cref="ArgumentException">One of them can never be sent; so says an <see cref="InvalidOperationException"/>, too. The others were.</exception>
    Task Dispatch(IReadOnlyList<OutgoingOperation> operations, CancellationToken ct);

    /// <summary>Completes when the broker takes messages: at once, as a rule; else when it is back.</summary>
    Task Ready(CancellationToken ct);

    /// <summary>How many messages wait in the queue, not counting those in progress.</summary>
    Task<long> CountWaiting(string queue, CancellationToken ct);

    /// <summary>Begins to receive. A delivery leaves the queue only when <paramref name="onMessage"/> said <see cref="Settlement.Done"/>.</summary>
    Task StartReceiving(ReceiveSettings settings, Func<Delivery, CancellationToken, Task<Settlement>> onMessage, CancellationToken ct);

    /// <summary>Takes nothing new, waits for what is in flight (until the token fires), then closes the receiving side.</summary>
    Task StopReceiving(CancellationToken ct);
}

/// <summary>What became of a delivery: it leaves the queue, or it goes back to be delivered again.</summary>
public enum Settlement { Done, Requeue }

/// <param name="OnCriticalError">Told when the connection could not be restored in time; the endpoint decides what that means.</param>
public sealed record ReceiveSettings(
    string Queue, string ErrorQueue, int MaxConcurrency, string ConsumerTag, Func<string, Exception, Task> OnCriticalError);

/// <summary>A message as the broker handed it over. Headers are a fresh dictionary; <paramref name="Attempt"/> starts at 1.</summary>
public sealed record Delivery(string NativeMessageId, Dictionary<string, string> Headers, ReadOnlyMemory<byte> Body, int Attempt)
{
    /// <summary>
    /// Fires when it is of no more use to hold on to the message: the endpoint stops receiving, or the broker has taken the message back.
    /// </summary>
    public CancellationToken Withdrawn { get; init; }
}

/// <summary>
/// A message on its way out, complete with all headers. Goes to one queue (<see cref="Destination"/>)
/// or to whoever subscribed to <see cref="EventType"/>: exactly one of the two is set.
/// </summary>
public sealed record OutgoingOperation(string MessageId, Dictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    public string? Destination { get; init; }
    public Type? EventType { get; init; }
    public TimeSpan? DelayDeliveryFor { get; init; }
    public DateTimeOffset? DeliverAt { get; init; }
    public TimeSpan? TimeToBeReceived { get; init; }
}
