using NServiceBus;
using NServiceBus.Pipeline;
using NServiceBus.Serialization;
using NServiceBus.Transport;
using Roost.Bus.Pipeline.Messages;

namespace Roost.Bus.Pipeline.Incoming;

/// <summary>From a body and its headers to message objects. What cannot be read is never worth a second attempt.</summary>
sealed class Deserialization(SerializationDefinition main, IReadOnlyCollection<SerializationDefinition> others, EnclosedTypes enclosedTypes)
{
    readonly Dictionary<string, SerializationDefinition> byContentType = others.ToDictionary(other => other.ContentType);

    /// <summary>None for a control message; several when the body is to be read as types that have nothing to do with each other.</summary>
    public LogicalMessage[] Read(IncomingMessage message)
    {
        if (message.Body.Length == 0 || IsControlMessage(message.Headers)) return [];

        if (!message.Headers.TryGetValue(Headers.EnclosedMessageTypes, out var header))
            throw new MessageDeserializationException(
                $"Message {message.MessageId} does not say what type it is: it has no {Headers.EnclosedMessageTypes} header.");

        var types = enclosedTypes.Roots(header);
        if (types.Length == 0)
            throw new MessageDeserializationException($"Message {message.MessageId} is of no type that this endpoint knows: {header}");

        var serializer = SerializerFor(message.Headers);
        try
        {
            return Array.ConvertAll(types, type => new LogicalMessage(
                type, serializer.Deserialize(message.Body.Span, InterfaceMessages.ImplementationOf(type.MessageType))));
        }
        catch (Exception unreadable)
        {
            throw new MessageDeserializationException(
                $"An error occurred while attempting to extract logical messages from incoming physical message {message.MessageId}", unreadable);
        }
    }

    public SerializationDefinition SerializerFor(Dictionary<string, string> headers) =>
        headers.TryGetValue(Headers.ContentType, out var contentType) && byContentType.TryGetValue(contentType, out var other)
            ? other
            : main;

    static bool IsControlMessage(Dictionary<string, string> headers) =>
        headers.TryGetValue(Headers.ControlMessageHeader, out var control)
            && control.Equals(bool.TrueString, StringComparison.OrdinalIgnoreCase);
}
