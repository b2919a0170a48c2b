namespace NServiceBus.Testing;

/// <summary>A message that was sent, published or replied, with the options it was given.</summary>
public class OutgoingMessage<TMessage, TOptions>(TMessage message, TOptions options)
{
    public TMessage Message { get; } = message;
    public TOptions Options { get; } = options;
}

public class SentMessage<TMessage>(TMessage message, SendOptions options) : OutgoingMessage<TMessage, SendOptions>(message, options);

public class PublishedMessage<TMessage>(TMessage message, PublishOptions options)
    : OutgoingMessage<TMessage, PublishOptions>(message, options);

public class RepliedMessage<TMessage>(TMessage message, ReplyOptions options) : OutgoingMessage<TMessage, ReplyOptions>(message, options);

public class Subscription(Type message, SubscribeOptions options) : OutgoingMessage<Type, SubscribeOptions>(message, options);

public class Unsubscription(Type message, UnsubscribeOptions options) : OutgoingMessage<Type, UnsubscribeOptions>(message, options);

/// <summary>A send that is to arrive later: a saga's timeout, or any delayed message.</summary>
public class TimeoutMessage<TMessage> : OutgoingMessage<TMessage, SendOptions>
{
    public TimeoutMessage(TMessage message, SendOptions options, DateTimeOffset at) : base(message, options) => At = at;

    public TimeoutMessage(TMessage message, SendOptions options, TimeSpan within) : base(message, options) => Within = within;

    public DateTimeOffset? At { get; }
    public TimeSpan? Within { get; }
}

public static class OutgoingMessageExtensions
{
    public static IEnumerable<SentMessage<TMessage>> Containing<TMessage>(this IEnumerable<SentMessage<object>> messages) => messages
        .Where(sent => sent.Message is TMessage)
        .Select(sent => new SentMessage<TMessage>((TMessage)sent.Message, sent.Options));

    public static IEnumerable<PublishedMessage<TMessage>> Containing<TMessage>(this IEnumerable<PublishedMessage<object>> messages) =>
        messages
        .Where(published => published.Message is TMessage)
        .Select(published => new PublishedMessage<TMessage>((TMessage)published.Message, published.Options));

    public static IEnumerable<RepliedMessage<TMessage>> Containing<TMessage>(this IEnumerable<RepliedMessage<object>> messages) => messages
        .Where(replied => replied.Message is TMessage)
        .Select(replied => new RepliedMessage<TMessage>((TMessage)replied.Message, replied.Options));

    public static IEnumerable<TimeoutMessage<TMessage>> Containing<TMessage>(this IEnumerable<TimeoutMessage<object>> messages) => messages
        .Where(timeout => timeout.Message is TMessage)
        .Select(timeout => timeout.At is { } at
            ? new TimeoutMessage<TMessage>((TMessage)timeout.Message, timeout.Options, at)
            : new TimeoutMessage<TMessage>((TMessage)timeout.Message, timeout.Options, timeout.Within!.Value));

    public static TMessage? Message<TMessage>(this SentMessage<object> sentMessage) where TMessage : class =>
        sentMessage.Message as TMessage;

    public static TMessage? Message<TMessage>(this PublishedMessage<object> publishedMessage) where TMessage : class =>
        publishedMessage.Message as TMessage;

    public static TMessage? Message<TMessage>(this RepliedMessage<object> repliedMessage) where TMessage : class =>
        repliedMessage.Message as TMessage;
}

public static class TestingExtensions
{
    public static TMessage? FindSentMessage<TMessage>(this TestablePipelineContext context) => First<TMessage>(context.SentMessages);

    public static TMessage? FindPublishedMessage<TMessage>(this TestablePipelineContext context) =>
        First<TMessage>(context.PublishedMessages);

    public static TMessage? FindTimeoutMessage<TMessage>(this TestablePipelineContext context) => First<TMessage>(context.TimeoutMessages);

    public static TMessage? FindReplyMessage<TMessage>(this TestableMessageProcessingContext context) =>
        First<TMessage>(context.RepliedMessages);

    public static TMessage? FindSentMessage<TMessage>(this TestableMessageSession session) => First<TMessage>(session.SentMessages);

    public static TMessage? FindPublishedMessage<TMessage>(this TestableMessageSession session) =>
        First<TMessage>(session.PublishedMessages);

    public static TMessage? FindTimeoutMessage<TMessage>(this TestableMessageSession session) => First<TMessage>(session.TimeoutMessages);

    static TMessage? First<TMessage>(IEnumerable<OutgoingMessage<object, SendOptions>> messages) =>
        messages.Select(m => m.Message).OfType<TMessage>().FirstOrDefault();

    static TMessage? First<TMessage>(IEnumerable<OutgoingMessage<object, PublishOptions>> messages) =>
        messages.Select(m => m.Message).OfType<TMessage>().FirstOrDefault();

    static TMessage? First<TMessage>(IEnumerable<OutgoingMessage<object, ReplyOptions>> messages) =>
        messages.Select(m => m.Message).OfType<TMessage>().FirstOrDefault();
}
