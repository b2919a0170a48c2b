using System.Collections.ObjectModel;
using NServiceBus.Extensibility;

namespace NServiceBus;

/// <summary>What applies to every kind of outgoing message.</summary>
public static class OutgoingMessageOptionsExtensions
{
    public static void SetHeader(this ExtendableOptions options, string key, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        (options.Headers ??= [])[key] = value;
    }

    public static IReadOnlyDictionary<string, string> GetHeaders(this ExtendableOptions options) =>
        options.Headers ?? (IReadOnlyDictionary<string, string>)ReadOnlyDictionary<string, string>.Empty;

    public static void SetMessageId(this ExtendableOptions options, string messageId)
    {
        ArgumentException.ThrowIfNullOrEmpty(messageId);
        options.MessageId = messageId;
    }

    public static string? GetMessageId(this ExtendableOptions options) => options.MessageId;

    /// <summary>Leaves at once, outside of the batch and the outbox, and is not taken back when the handler fails.</summary>
    public static void RequireImmediateDispatch(this ExtendableOptions options) => options.ImmediateDispatch = true;

    public static bool IsImmediateDispatchSet(this ExtendableOptions options) => options.ImmediateDispatch;

    public static void DoNotEnforceBestPractices(this ExtendableOptions options) => options.SkipBestPractices = true;

    public static bool IgnoredBestPractices(this ExtendableOptions options) => options.SkipBestPractices;
}

public static class ConversationRoutingExtensions
{
    /// <summary>Begins a new conversation, which remembers the one it came from.</summary>
    public static void StartNewConversation(this SendOptions options, string? conversationId = null) =>
        (options.StartsConversation, options.ConversationId) = (true, conversationId);
}

public static class OpenTelemetryOptionsExtensions
{
    public static void StartNewTraceOnReceive(this SendOptions options) => options.StartsTrace = true;

    public static void ContinueExistingTraceOnReceive(this PublishOptions options) => options.ContinuesTrace = true;
}

public static class DelayedDeliveryOptionExtensions
{
    public static void DelayDeliveryWith(this SendOptions options, TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        if (options.DeliverAt is not null) throw OnlyOne();
        options.Delay = delay;
    }

    public static void DoNotDeliverBefore(this SendOptions options, DateTimeOffset at)
    {
        if (options.Delay is not null) throw OnlyOne();
        options.DeliverAt = at;
    }

    public static TimeSpan? GetDeliveryDelay(this SendOptions options) => options.Delay;

    public static DateTimeOffset? GetDeliveryDate(this SendOptions options) => options.DeliverAt;

    static InvalidOperationException OnlyOne() =>
        new("DelayDeliveryWith and DoNotDeliverBefore cannot be used for the same message.");
}
