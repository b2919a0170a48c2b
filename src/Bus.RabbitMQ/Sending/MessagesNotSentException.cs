namespace Roost.Bus.RabbitMQ.Sending;

/// <summary>
/// The broker did not take these messages, or it is unknown whether it did. The others of the same dispatch did arrive: whoever
/// tries again sends them twice, under the same message ids.
/// </summary>
public sealed class MessagesNotSentException(IReadOnlyList<(string MessageId, Exception Reason)> failures)
    : Exception(Describe(failures), failures[0].Reason)
{
    public IReadOnlyList<string> MessageIds { get; } = [.. failures.Select(failure => failure.MessageId)];

    static string Describe(IReadOnlyList<(string MessageId, Exception Reason)> failures)
    {
        var (messageId, reason) = failures[0];
        var others = failures.Count == 1 ? "" : $" And {failures.Count - 1} more of the same dispatch.";
        return $"Message {messageId} was not sent: {reason.Message}{others}";
    }
}
