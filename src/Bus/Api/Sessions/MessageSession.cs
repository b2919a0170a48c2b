namespace NServiceBus;

/// <summary>Sends and publishes outside of a handler. What goes through it is not part of any transaction.</summary>
public interface IMessageSession
{
    Task Send(object message, SendOptions sendOptions, CancellationToken cancellationToken = default);
    Task Send<T>(Action<T> messageConstructor, SendOptions sendOptions, CancellationToken cancellationToken = default);
    Task Publish(object message, PublishOptions publishOptions, CancellationToken cancellationToken = default);
    Task Publish<T>(Action<T> messageConstructor, PublishOptions publishOptions, CancellationToken cancellationToken = default);
    Task Subscribe(Type eventType, SubscribeOptions subscribeOptions, CancellationToken cancellationToken = default);
    Task Unsubscribe(Type eventType, UnsubscribeOptions unsubscribeOptions, CancellationToken cancellationToken = default);
}

public static class MessageSessionExtensions
{
    public static Task Send(this IMessageSession session, object message, CancellationToken cancellationToken = default) =>
        session.Send(message, new SendOptions(), cancellationToken);

    public static Task Send(
        this IMessageSession session, string destination, object message, CancellationToken cancellationToken = default) =>
        session.Send(message, PipelineContextExtensions.To(destination), cancellationToken);

    public static Task Send<T>(this IMessageSession session, Action<T> messageConstructor, CancellationToken cancellationToken = default) =>
        session.Send(messageConstructor, new SendOptions(), cancellationToken);

    public static Task Send<T>(
        this IMessageSession session, string destination, Action<T> messageConstructor, CancellationToken cancellationToken = default) =>
        session.Send(messageConstructor, PipelineContextExtensions.To(destination), cancellationToken);

    public static Task SendLocal(this IMessageSession session, object message, CancellationToken cancellationToken = default) =>
        session.Send(message, PipelineContextExtensions.ToThisEndpoint(), cancellationToken);

    public static Task SendLocal<T>(
        this IMessageSession session, Action<T> messageConstructor, CancellationToken cancellationToken = default) =>
        session.Send(messageConstructor, PipelineContextExtensions.ToThisEndpoint(), cancellationToken);

    public static Task Publish(this IMessageSession session, object message, CancellationToken cancellationToken = default) =>
        session.Publish(message, new PublishOptions(), cancellationToken);

    public static Task Publish<T>(this IMessageSession session, CancellationToken cancellationToken = default) =>
        session.Publish<T>(_ => { }, new PublishOptions(), cancellationToken);

    public static Task Publish<T>(
        this IMessageSession session, Action<T> messageConstructor, CancellationToken cancellationToken = default) =>
        session.Publish(messageConstructor, new PublishOptions(), cancellationToken);

    public static Task Subscribe(this IMessageSession session, Type messageType, CancellationToken cancellationToken = default) =>
        session.Subscribe(messageType, new SubscribeOptions(), cancellationToken);

    public static Task Subscribe<T>(this IMessageSession session, CancellationToken cancellationToken = default) =>
        session.Subscribe(typeof(T), new SubscribeOptions(), cancellationToken);

    public static Task Unsubscribe(this IMessageSession session, Type messageType, CancellationToken cancellationToken = default) =>
        session.Unsubscribe(messageType, new UnsubscribeOptions(), cancellationToken);

    public static Task Unsubscribe<T>(this IMessageSession session, CancellationToken cancellationToken = default) =>
        session.Unsubscribe(typeof(T), new UnsubscribeOptions(), cancellationToken);
}
