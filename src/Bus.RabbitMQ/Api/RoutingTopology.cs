namespace NServiceBus;

/// <summary>How exchanges and queues are named and joined.</summary>
public sealed class RoutingTopology
{
    RoutingTopology(QueueType queueType, bool durable)
    {
        QueueType = queueType;
        Durable = durable;
    }

    internal QueueType QueueType { get; }
    internal bool Durable { get; }

    /// <summary>A fanout exchange for each message type and for each queue.</summary>
    public static RoutingTopology Conventional(QueueType queueType, bool useDurableEntities = true) => new(queueType, useDurableEntities);
}

public enum QueueType { Classic = 0, Quorum = 1 }
