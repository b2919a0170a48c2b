using System.Text.Json;
using NServiceBus;
using Roost.Bus.Transport;

namespace Roost.Bus.Platform;

/// <summary>Sends reports past the pipeline, as ServiceControl expects them: types by full name only, and no headers it does not read.</summary>
sealed class PlatformSender(ITransport transport, string? replyTo, Func<Guid> newId)
{
    public Task Send(string queue, string messageType, object report, TimeSpan? timeToLive, CancellationToken ct)
    {
        var headers = new Dictionary<string, string>
        {
            [Headers.EnclosedMessageTypes] = messageType,
            [Headers.ContentType] = "application/json",
            [Headers.MessageIntent] = nameof(MessageIntent.Send),
        };
        return Send(queue, headers, JsonSerializer.SerializeToUtf8Bytes(report, report.GetType()), timeToLive, ct);
    }

    public Task Send(string queue, Dictionary<string, string> headers, byte[] body, TimeSpan? timeToLive, CancellationToken ct)
    {
        if (replyTo is not null) headers[Headers.ReplyToAddress] = replyTo;
        return transport.Dispatch(
            [new OutgoingOperation(newId().ToString(), headers, body) { Destination = queue, TimeToBeReceived = timeToLive }], ct);
    }
}
