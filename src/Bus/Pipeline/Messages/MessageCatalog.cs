using System.Collections.Concurrent;
using NServiceBus;
using NServiceBus.Pipeline;
using Roost.Bus.Transport;

namespace Roost.Bus.Pipeline.Messages;

/// <summary>What is known about each message type, worked out once.</summary>
sealed class MessageCatalog(Conventions conventions)
{
    readonly ConcurrentDictionary<Type, MessageMetadata> byType = new();

    public MessageMetadata Get(Type type) => byType.TryGetValue(type, out var known) ? known : byType.GetOrAdd(type, Describe);

    public bool IsMessage(Type type) => conventions.IsMessage(type);

    MessageMetadata Describe(Type type)
    {
        var messageType = InterfaceMessages.MessageTypeOf(type);
        if (!conventions.IsMessage(messageType))
            throw new InvalidOperationException(
                $"Could not find metadata for '{messageType.FullName}'. Ensure that it is a message: " +
                "it implements IMessage, ICommand or IEvent, or a convention says so.");

        var hierarchy = MessageHierarchy.Of(messageType, conventions);
        var timeToBeReceived = conventions.TimeToBeReceived(messageType);
        return new MessageMetadata(messageType, hierarchy)
        {
            EnclosedMessageTypes = string.Join(';', hierarchy.Select(parent => parent.AssemblyQualifiedName)),
            IsCommand = conventions.IsCommand(messageType),
            IsEvent = conventions.IsEvent(messageType),
            TooLongForAnExchange = BrokerLimits.TooLongForAnExchange(messageType),
            TimeToBeReceived = timeToBeReceived == TimeSpan.MaxValue ? null : timeToBeReceived,
        };
    }
}
