using NServiceBus;
using Roost.Bus.Hosting;
using Roost.Bus.Pipeline.Messages;
using Roost.Bus.Pipeline.Outgoing;
using Roost.Bus.Telemetry;
using Roost.Bus.Transport;

namespace Roost.Bus.Pipeline.Incoming;

/// <summary>What a processed message leaves behind besides its effects: an audit copy, and a word to the platform when it had failed before.</summary>
sealed class AfterProcessing(
    EndpointBlueprint blueprint, HostIdentity host, Deserialization deserialization, OutgoingHeaders description, ITransport transport, CombGuids ids,
    TimeProvider clock)
{
    /// <summary>The copy is part of the batch: committed, or lost, with what the handlers sent.</summary>
    public void Audit(MessageInProgress context, DateTimeOffset started)
    {
        if (blueprint.AuditQueue is null) return;

        var headers = new Dictionary<string, string>(context.Headers)
        {
            [Headers.ContentType] = deserialization.SerializerFor(context.Headers).ContentType,
            [Headers.ProcessingStarted] = DateTimeOffsetHelper.ToWireFormattedString(started),
            [Headers.ProcessingEnded] = DateTimeOffsetHelper.ToWireFormattedString(clock.GetUtcNow()),
            [Headers.ProcessingMachine] = host.Machine,
            [Headers.ProcessingEndpoint] = blueprint.Name,
            [Headers.HostId] = host.IdText,
            [Headers.HostDisplayName] = host.DisplayName,
        };
        if (IsRetried(headers)) headers[Headers.RetryAcknowledgementSent] = "true";
        description.Stamp(headers, delay: null, deliverAt: null);
        Tracing.Inject(headers);
        HeaderSpace.Fit(headers, transport.LongestHeaders);
        context.Add(new OutgoingOperation(context.MessageId, headers, context.ReceivedBody)
        {
            Destination = blueprint.AuditQueue,
            TimeToBeReceived = blueprint.AuditTimeToBeReceived,
        });
    }

    /// <summary>Tells the platform that a message it had sent again is done, so that it is no longer shown as failed.</summary>
    public Task AcknowledgeRetry(Dictionary<string, string> processed, CancellationToken ct)
    {
        if (!IsRetried(processed)) return Task.CompletedTask;

        var headers = new Dictionary<string, string>
        {
            [Headers.RetrySuccessful] = DateTimeOffsetHelper.ToWireFormattedString(clock.GetUtcNow()),
            [Headers.RetryUniqueMessageId] = processed[Headers.RetryUniqueMessageId],
            [Headers.ControlMessageHeader] = bool.TrueString,
        };
        description.Stamp(headers, delay: null, deliverAt: null);
        return transport.Dispatch(
            [new OutgoingOperation(ids.New().ToString(), headers, default) { Destination = processed[Headers.RetryAcknowledgementQueue] }], ct);
    }

    static bool IsRetried(Dictionary<string, string> headers) =>
        headers.ContainsKey(Headers.RetryUniqueMessageId) && headers.ContainsKey(Headers.RetryAcknowledgementQueue);
}
