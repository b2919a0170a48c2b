using NServiceBus;

namespace Roost.Bus.Pipeline.Outgoing;

/// <summary>The queues of this endpoint, and where its messages go.</summary>
sealed class Addresses(
    string endpointName, bool sendOnly, string mainQueue, string? instanceQueue, string? publicReturnAddress, Routes routes)
{
    public string MainQueue => mainQueue;
    public string? InstanceQueue => instanceQueue;

    public string DestinationOf(Type messageType, SendOptions options) => options.Route switch
    {
        SendRoute.Destination => options.RouteValue!,
        SendRoute.ThisEndpoint when sendOnly =>
            throw new InvalidOperationException("Cannot route to a send-only endpoint: it has no queue."),
        SendRoute.ThisEndpoint => mainQueue,
        SendRoute.ThisInstance => ThisInstance(),
        SendRoute.SpecificInstance => $"{ByType(messageType)}-{options.RouteValue}",
        _ => ByType(messageType),
    };

    /// <summary>Null for a send-only endpoint: nobody can answer it.</summary>
    public string? ReplyTo(ReplyRoute route) => route.Target switch
    {
        ReplyRoute.To.Address => route.Address,
        ReplyRoute.To.ThisInstance => ThisInstance(),
        _ when sendOnly => null,
        ReplyRoute.To.AnyInstance => mainQueue,
        _ => publicReturnAddress ?? mainQueue,
    };

    string ByType(Type messageType) => routes.Find(messageType)
        ?? throw new InvalidOperationException(
            $"No destination specified for message: {messageType}. Route its type with RouteToEndpoint, or name the destination in its options.");

    string ThisInstance() => instanceQueue
        ?? throw new InvalidOperationException(
            $"Endpoint '{endpointName}' has no queue of its own per instance. Call MakeInstanceUniquelyAddressable to give it one.");
}
