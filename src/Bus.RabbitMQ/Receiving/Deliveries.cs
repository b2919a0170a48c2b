using NServiceBus;
using RabbitMQ.Client.Events;
using Roost.Bus.Transport;

namespace Roost.Bus.RabbitMQ.Receiving;

/// <summary>Reads deliveries and knows them again: which attempt this is, and whether it was done already and only its ack got lost.</summary>
sealed class Deliveries(Func<BasicDeliverEventArgs, string>? messageIdStrategy, bool brokerCounts, TimeProvider clock)
{
    /// <summary>A lost connection is noticed, and its messages are delivered again, well within this. Later ones of the same id are other messages.</summary>
    static readonly TimeSpan RedeliveredWithin = TimeSpan.FromMinutes(2);
    static readonly TimeSpan RetriedWithin = TimeSpan.FromHours(1);
    const string RetryOfFailure = "ServiceControl.Retry.UniqueMessageId";

    readonly RecentKeys<bool> done = new(RedeliveredWithin, clock);
    readonly RecentKeys<int> attempts = new(RetriedWithin, clock);

    /// <summary>Throws when the delivery cannot be understood.</summary>
    public Delivery Read(BasicDeliverEventArgs message)
    {
        var headers = IncomingMessage.ReadHeaders(message.BasicProperties);
        var delivery = new Delivery(NativeId(message, headers), headers, message.Body, 1);
        return message.Redelivered ? delivery with { Attempt = Attempt(message, delivery) } : delivery;
    }

    public bool WasDone(BasicDeliverEventArgs message, Delivery delivery)
    {
        if (done.IsEmpty) return false;
        // A first delivery under a known key is a new message: a person sent it back from the error queue. It makes the note worthless.
        return done.Take(Key(delivery), out _) && message.Redelivered;
    }

    /// <summary>Its effects are committed, but the channel was gone when it should have been acknowledged.</summary>
    public void RememberDone(Delivery delivery) => done.Remember(Key(delivery), true);

    public void RememberAttempt(Delivery delivery) => attempts.Remember(Key(delivery), delivery.Attempt);

    // Quorum queues count for us. For classic queues the count is this process's own: one in the headers was left there by somebody else, and never grows.
    int Attempt(BasicDeliverEventArgs message, Delivery delivery) =>
        brokerCounts && IncomingMessage.EarlierDeliveries(message.BasicProperties) is { } earlier ? earlier + 1
        : attempts.Take(Key(delivery), out var last) ? last + 1
        : 2;

    string NativeId(BasicDeliverEventArgs message, Dictionary<string, string> headers)
    {
        var id = messageIdStrategy is null ? message.BasicProperties.MessageId : messageIdStrategy(message);
        if (string.IsNullOrEmpty(id) && messageIdStrategy is not null) headers.TryGetValue(Headers.MessageId, out id);
        return string.IsNullOrEmpty(id) ? throw new InvalidOperationException("The message has no message id.") : id;
    }

    static string Key(Delivery delivery) =>
        $"{delivery.NativeMessageId}-{delivery.Headers.GetValueOrDefault(Headers.DelayedRetries, "0")}-{delivery.Headers.GetValueOrDefault(RetryOfFailure)}";
}
