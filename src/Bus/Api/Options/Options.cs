using NServiceBus.Extensibility;

namespace NServiceBus;

/// <summary>Where a send goes, and where the answer to it should go. At most one of each may be chosen.</summary>
public sealed class SendOptions : ExtendableOptions
{
    internal SendRoute Route { get; private set; }
    internal string? RouteValue { get; private set; }
    internal ReplyRoute Reply { get; } = new();
    internal TimeSpan? Delay { get; set; }
    internal DateTimeOffset? DeliverAt { get; set; }
    internal bool StartsConversation { get; set; }
    internal string? ConversationId { get; set; }
    internal bool StartsTrace { get; set; }

    internal void ChooseRoute(SendRoute route, string? value = null)
    {
        if (Route != SendRoute.ByMessageType)
            throw new InvalidOperationException("Already specified a destination for this message. Choose one way of routing only.");
        (Route, RouteValue) = (route, value);
    }
}

public sealed class PublishOptions : ExtendableOptions
{
    internal bool ContinuesTrace { get; set; }
}

public sealed class ReplyOptions : ExtendableOptions
{
    internal string? Destination { get; set; }
    internal ReplyRoute Reply { get; } = new();

    /// <summary>Set when a saga answers whoever started it: then the current message's correlation and saga do not apply.</summary>
    internal string? CorrelationId { get; set; }
}

public sealed class SubscribeOptions : ExtendableOptions;

public sealed class UnsubscribeOptions : ExtendableOptions;

enum SendRoute { ByMessageType, Destination, ThisEndpoint, ThisInstance, SpecificInstance }

sealed class ReplyRoute
{
    public enum To { ThisEndpoint, Address, ThisInstance, AnyInstance }

    public To Target { get; private set; }
    public string? Address { get; private set; }

    public void Choose(To target, string? address = null)
    {
        if (Target != To.ThisEndpoint)
            throw new InvalidOperationException("Already specified where replies to this message go. Choose one address only.");
        (Target, Address) = (target, address);
    }
}
