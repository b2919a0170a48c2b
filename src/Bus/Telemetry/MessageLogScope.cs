using System.Collections;

namespace Roost.Bus.Telemetry;

/// <summary>Puts the message's and the conversation's id on every log line written while it is handled.</summary>
sealed class MessageLogScope(string messageId, string? conversationId) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 2;

    public KeyValuePair<string, object?> this[int index] =>
        index == 0 ? new("MessageId", messageId) : new("ConversationId", conversationId);

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return this[0];
        yield return this[1];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"message {messageId}";
}
