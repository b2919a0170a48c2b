using System.Text.Json;
using Microsoft.Extensions.Logging;
using NServiceBus;
using Roost.Bus.Pipeline.Incoming;
using Roost.Bus.Sagas;
using Roost.Bus.Transport;

namespace Roost.Bus.Platform;

/// <summary>
/// Reports every change of a saga's state with what caused it and what it sent. Not part of the transaction: a report may be of a change
/// that was rolled back.
/// </summary>
sealed class SagaAudit(SagaAuditSettings settings, string endpoint, PlatformSender sender, TimeProvider clock, ILogger logger)
{
    const string Updated = "ServiceControl.EndpointPlugin.Messages.SagaState.SagaUpdatedMessage";
    const string InvokedSagas = "NServiceBus.InvokedSagas";
    const string StateChange = "ServiceControl.SagaStateChange";

    public async Task Report(SagaInProgress saga, MessageInProgress context, DateTimeOffset started, IEnumerable<OutgoingOperation> sent)
    {
        var sagaType = saga.Model.SagaType.FullName!;
        var data = saga.Data!;
        Append(context.Headers, InvokedSagas, $"{sagaType}:{data.Id}");
        Append(context.Headers, StateChange, $"{data.Id}:{(saga.Completed ? "Completed" : saga.IsNew ? "New" : "Updated")}");

        var report = new
        {
            SagaState = JsonSerializer.Serialize(settings.Serialize?.Invoke(data) ?? (object)data),
            SagaId = data.Id,
            Initiator = Initiator(context),
            ResultingMessages = sent.Select(Resulting).ToArray(),
            Endpoint = endpoint,
            saga.IsNew,
            IsCompleted = saga.Completed,
            StartTime = started.UtcDateTime,
            FinishTime = clock.GetUtcNow().UtcDateTime,
            SagaType = sagaType,
        };
        try
        {
            await sender.Send(settings.Queue, Updated, report, timeToLive: null, context.CancellationToken);
        }
        catch (Exception failure) when (!context.CancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(failure, "Could not report a change of saga {SagaType}", sagaType);
        }
    }

    static object Initiator(MessageInProgress context) => new
    {
        InitiatingMessageId = context.MessageId,
        MessageType = context.Logical!.MessageType.FullName,
        IsSagaTimeoutMessage = context.Headers.ContainsKey(Headers.IsSagaTimeoutMessage),
        TimeSent = Instant(context.Headers.GetValueOrDefault(Headers.TimeSent)),
        OriginatingMachine = context.Headers.GetValueOrDefault(Headers.OriginatingMachine),
        OriginatingEndpoint = context.Headers.GetValueOrDefault(Headers.OriginatingEndpoint),
        Intent = context.Headers.GetValueOrDefault(Headers.MessageIntent),
    };

    static object Resulting(OutgoingOperation operation) => new
    {
        MessageType = operation.Headers.GetValueOrDefault(Headers.EnclosedMessageTypes)?.Split(',', 2)[0],
        TimeSent = Instant(operation.Headers.GetValueOrDefault(Headers.TimeSent)),
        DeliveryAt = operation.DeliverAt?.UtcDateTime,
        DeliveryDelay = operation.DelayDeliveryFor,
        operation.Destination,
        ResultingMessageId = operation.MessageId,
        Intent = operation.Headers.GetValueOrDefault(Headers.MessageIntent),
    };

    static DateTime? Instant(string? header) => DateTimeOffsetHelper.TryParse(header)?.UtcDateTime;

    static void Append(Dictionary<string, string> headers, string name, string entry) =>
        headers[name] = headers.TryGetValue(name, out var earlier) ? $"{earlier};{entry}" : entry;
}
