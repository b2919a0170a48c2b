using System.Collections.Concurrent;
using Roost.Bus.Pipeline.Messages;

namespace NServiceBus.Testing;

/// <summary>Stands in for the session that an application sends through.</summary>
public class TestableMessageSession : IMessageSession
{
    readonly Outbound outbound = new();
    readonly ConcurrentQueue<Subscription> subscriptions = new();
    readonly ConcurrentQueue<Unsubscription> unsubscriptions = new();

    public virtual SentMessage<object>[] SentMessages => outbound.Sent;
    public virtual PublishedMessage<object>[] PublishedMessages => outbound.Published;
    public virtual TimeoutMessage<object>[] TimeoutMessages => outbound.Timeouts;
    public virtual Subscription[] Subscriptions => [.. subscriptions];
    public virtual Unsubscription[] Unsubscription => [.. unsubscriptions];

    public virtual Task Send(object message, SendOptions sendOptions, CancellationToken cancellationToken = default) =>
        outbound.Send(message, sendOptions);

    public virtual Task Send<T>(Action<T> messageConstructor, SendOptions sendOptions, CancellationToken cancellationToken = default) =>
        Send(InterfaceMessages.Create(messageConstructor)!, sendOptions, cancellationToken);

    public virtual Task Publish(object message, PublishOptions publishOptions, CancellationToken cancellationToken = default) =>
        outbound.Publish(message, publishOptions);

    public virtual Task Publish<T>(
        Action<T> messageConstructor, PublishOptions publishOptions, CancellationToken cancellationToken = default) =>
        Publish(InterfaceMessages.Create(messageConstructor)!, publishOptions, cancellationToken);

    public virtual Task Subscribe(Type eventType, SubscribeOptions subscribeOptions, CancellationToken cancellationToken = default)
    {
        subscriptions.Enqueue(new Subscription(eventType, subscribeOptions));
        return Task.CompletedTask;
    }

    public virtual Task Unsubscribe(Type eventType, UnsubscribeOptions unsubscribeOptions, CancellationToken cancellationToken = default)
    {
        unsubscriptions.Enqueue(new Unsubscription(eventType, unsubscribeOptions));
        return Task.CompletedTask;
    }
}
