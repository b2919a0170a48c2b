using System.Diagnostics;
using Microsoft.Extensions.Logging;
using NServiceBus;
using NServiceBus.Extensibility;
using NServiceBus.Transport;
using Roost.Bus.Persistence;
using Roost.Bus.Recoverability;
using Roost.Bus.Telemetry;
using Roost.Bus.Transport;

namespace Roost.Bus.Pipeline.Incoming;

/// <summary>What the transport calls for every delivery: processes it, recovers from failure, and says whether it may leave the queue.</summary>
sealed class Receiver(
    string queue, IncomingPipeline pipeline, Recoverer recoverer, RateLimit? rateLimit, CriticalErrors criticalErrors, BusMetrics metrics,
    bool behaviorsMayChangeHeaders, TimeProvider clock, ILogger logger)
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task<Settlement> Receive(Delivery delivery, CancellationToken ct)
    {
        metrics.Fetched();
        using var turn = rateLimit is null ? default : await rateLimit.Enter(ct).ConfigureAwait(false);
        using var activity = Tracing.StartReceive(delivery.NativeMessageId, delivery.Headers);
        var messageId = delivery.Headers.TryGetValue(Headers.MessageId, out var id) && id.Length > 0 ? id : delivery.NativeMessageId;
        using var scope = logger.BeginScope(new MessageLogScope(messageId, delivery.Headers.GetValueOrDefault(Headers.ConversationId)));
        try
        {
            await Process(delivery, messageId, ct).ConfigureAwait(false);
            if (rateLimit is not null) await rateLimit.Succeeded(ct).ConfigureAwait(false);
            activity?.SetStatus(ActivityStatusCode.Ok);
            return Settlement.Done;
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            return Settlement.Requeue; // the endpoint is stopping: that is no failure of the message
        }
        catch (StorageUnavailableException outage)
        {
            Tracing.Fail(activity, outage);
            return await WaitForStorage(messageId, outage, ct).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Tracing.Fail(activity, failure);
            metrics.Failed(failure);
            return await Recover(delivery, messageId, failure, ct).ConfigureAwait(false);
        }
    }

    async Task Process(Delivery delivery, string messageId, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        // What behaviours do to the headers must not reach a retry.
        var headers = behaviorsMayChangeHeaders ? new Dictionary<string, string>(delivery.Headers) : delivery.Headers;
        headers[Headers.MessageId] = messageId;
        var processed = await pipeline.Process(new IncomingMessage(delivery.NativeMessageId, messageId, headers, delivery.Body), ct)
            .ConfigureAwait(false);
        metrics.Succeeded(processed, clock.GetElapsedTime(started), clock.GetUtcNow());
    }

    /// <summary>Without the pause all messages would circle at full speed until the storage is back.</summary>
    async Task<Settlement> WaitForStorage(string messageId, StorageUnavailableException outage, CancellationToken ct)
    {
        logger.LogWarning(outage, "Message '{MessageId}' waits for the storage, and is tried again in {Pause}", messageId, Pause);
        try
        {
            await Task.Delay(Pause, clock, ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Stopping: the message goes back at once.
        }
        return Settlement.Requeue;
    }

    async Task<Settlement> Recover(Delivery delivery, string messageId, Exception failure, CancellationToken ct)
    {
        failure.Data["Message ID"] = messageId;
        if (delivery.NativeMessageId != messageId) failure.Data["Transport message ID"] = delivery.NativeMessageId;
        failure.Data["Pipeline canceled"] = ct.IsCancellationRequested.ToString();
        try
        {
            if (rateLimit is not null) await rateLimit.Failed(ct).ConfigureAwait(false);
            var settlement = await recoverer.Recover(ErrorContextOf(delivery, messageId, failure), ct).ConfigureAwait(false);
            criticalErrors.RecoverabilityWorks();
            return settlement;
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            return Settlement.Requeue;
        }
        catch (Exception unrecovered)
        {
            logger.LogError(unrecovered, "Recoverability failed for message '{MessageId}'; it goes back to its queue", messageId);
            await criticalErrors.RecoverabilityFailed(messageId, unrecovered, ct).ConfigureAwait(false);
            return Settlement.Requeue;
        }
    }

    ErrorContext ErrorContextOf(Delivery delivery, string messageId, Exception failure) => new(
        failure, delivery.Headers, delivery.NativeMessageId, messageId, delivery.Body, delivery.Attempt,
        int.TryParse(delivery.Headers.GetValueOrDefault(Headers.DelayedRetries), out var retries) ? retries : 0, queue, new ContextBag());
}
