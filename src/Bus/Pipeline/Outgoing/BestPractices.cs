using NServiceBus.Pipeline;

namespace Roost.Bus.Pipeline.Outgoing;

/// <summary>Commands have one receiver, events any number: using one as the other is a mistake worth an exception.</summary>
static class BestPractices
{
    public static void CheckSend(MessageMetadata type)
    {
        if (type.IsEvent) throw Violation("Events can have multiple recipients, so they should be published.", type);
    }

    public static void CheckPublish(MessageMetadata type)
    {
        if (type.IsCommand)
            throw Violation("Pub/Sub is not supported for commands, so they should be sent to their logical owner instead.", type);
    }

    public static void CheckReply(MessageMetadata type)
    {
        if (type.IsCommand || type.IsEvent) throw Violation("Reply is neither supported for commands nor for events.", type);
    }

    public static void CheckSubscribe(MessageMetadata type)
    {
        if (type.IsCommand) throw Violation("Commands have one receiver and cannot be subscribed to.", type);
    }

    static InvalidOperationException Violation(string rule, MessageMetadata type) =>
        new($"Best practice violation for message type '{type.MessageType.FullName}'. {rule}");
}
