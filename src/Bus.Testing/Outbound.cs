using System.Collections.Concurrent;

namespace NServiceBus.Testing;

/// <summary>Remembers what was sent and published, in the order of the calls.</summary>
sealed class Outbound
{
    readonly ConcurrentQueue<SentMessage<object>> sent = new();
    readonly ConcurrentQueue<PublishedMessage<object>> published = new();
    readonly ConcurrentQueue<TimeoutMessage<object>> timeouts = new();

    public SentMessage<object>[] Sent => [.. sent];
    public PublishedMessage<object>[] Published => [.. published];
    public TimeoutMessage<object>[] Timeouts => [.. timeouts];

    /// <summary>A delayed message counts as sent and as a timeout.</summary>
    public Task Send(object message, SendOptions options)
    {
        if (options.GetDeliveryDelay() is { } delay) timeouts.Enqueue(new TimeoutMessage<object>(message, options, delay));
        else if (options.GetDeliveryDate() is { } at) timeouts.Enqueue(new TimeoutMessage<object>(message, options, at));
        sent.Enqueue(new SentMessage<object>(message, options));
        return Task.CompletedTask;
    }

    public Task Publish(object message, PublishOptions options)
    {
        published.Enqueue(new PublishedMessage<object>(message, options));
        return Task.CompletedTask;
    }
}
