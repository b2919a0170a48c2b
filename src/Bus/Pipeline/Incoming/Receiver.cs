using System.Diagnostics;
using System.Globalization;
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
    static readonly TimeSpan LongestPauseForStorage = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestPauseForErrorQueue = TimeSpan.FromSeconds(10);

    public async Task<Settlement> Receive(Delivery delivery, CancellationToken ct)
    {
        metrics.Fetched();
        using var turn = rateLimit is null ? default : await rateLimit.Enter(ct).ConfigureAwait(false);
        using var activity = Tracing.StartReceive(delivery.NativeMessageId, delivery.Headers);
        var messageId = delivery.Headers.TryGetValue(Headers.MessageId, out var id) && id.Length > 0 ? id : delivery.NativeMessageId;
        using var scope = logger.BeginScope(new MessageLogScope(messageId, delivery.Headers.GetValueOrDefault(Headers.ConversationId)));
        var handlerFailure = new HandlerFailure();
        try
        {
            if (!await ProcessOnceThereIsStorage(delivery, messageId, handlerFailure, activity, ct).ConfigureAwait(false)) return Settlement.Requeue;
            if (rateLimit is not null) await rateLimit.Succeeded(ct).ConfigureAwait(false);
            activity?.SetStatus(ActivityStatusCode.Ok);
            return Settlement.Done;
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            return Settlement.Requeue; // the endpoint is stopping: that is no failure of the message
        }
        catch (Exception failure)
        {
            Tracing.Fail(activity, failure);
            metrics.Failed(failure);
            return await Recover(ErrorContextOf(delivery, messageId, failure, handlerFailure, ct), delivery.Withdrawn, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Storage that is away says nothing about the message, which is held meanwhile: an outage costs none of its deliveries.</summary>
    /// <returns>False when the message was withdrawn while it waited.</returns>
    async Task<bool> ProcessOnceThereIsStorage(
        Delivery delivery, string messageId, HandlerFailure handlerFailure, Activity? activity, CancellationToken ct)
    {
        for (GrowingPause? pause = null; ;)
        {
            try
            {
                await Process(delivery, messageId, handlerFailure, ct).ConfigureAwait(false);
                return true;
            }
            catch (StorageUnavailableException outage)
            {
                Tracing.Fail(activity, outage);
                if (pause is null) logger.LogWarning(outage, "Message '{MessageId}' waits for the storage", messageId);
            }
            pause ??= new GrowingPause(LongestPauseForStorage, clock);
            if (!await pause.Wait(delivery.Withdrawn, ct).ConfigureAwait(false)) return false;
        }
    }

    async Task Process(Delivery delivery, string messageId, HandlerFailure handlerFailure, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        // What behaviours do to the headers must not reach a retry.
        var headers = behaviorsMayChangeHeaders ? new Dictionary<string, string>(delivery.Headers) : delivery.Headers;
        headers[Headers.MessageId] = messageId;
        var message = new IncomingMessage(delivery.NativeMessageId, messageId, headers, delivery.Body) { Failure = handlerFailure };
        var processed = await pipeline.Process(message, ct).ConfigureAwait(false);
        metrics.Succeeded(processed, clock.GetElapsedTime(started), clock.GetUtcNow());
    }

    async Task<Settlement> Recover(ErrorContext failed, CancellationToken withdrawn, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        var pause = new GrowingPause(LongestPauseForErrorQueue, clock);
        do
        {
            try
            {
                if (rateLimit is not null) await rateLimit.Failed(ct).ConfigureAwait(false);
                return await recoverer.Recover(failed, ct).ConfigureAwait(false);
            }
            catch (Exception) when (ct.IsCancellationRequested)
            {
                return Settlement.Requeue;
            }
            catch (Exception unrecovered)
            {
                logger.LogError(
                    unrecovered, "Recoverability failed for message '{MessageId}'; it is held and tried again in {Pause}", failed.MessageId, pause.Length);
                await criticalErrors.RecoverabilityFailed(failed.MessageId, clock.GetElapsedTime(began), unrecovered).ConfigureAwait(false);
            }
        } while (await pause.Wait(withdrawn, ct).ConfigureAwait(false));
        return Settlement.Requeue;
    }

    ErrorContext ErrorContextOf(Delivery delivery, string messageId, Exception failure, HandlerFailure handlerFailure, CancellationToken ct)
    {
        var facts = handlerFailure.FactsOf(failure);
        facts["Message ID"] = messageId;
        if (delivery.NativeMessageId != messageId) facts["Transport message ID"] = delivery.NativeMessageId;
        facts["Pipeline canceled"] = ct.IsCancellationRequested.ToString();
        return new ErrorContext(
            failure, delivery.Headers, delivery.NativeMessageId, messageId, delivery.Body, delivery.Attempt, RetriesOf(delivery), queue, new ContextBag())
        {
            Facts = facts,
        };
    }

    /// <summary>Whoever wrote it: no number and a negative one count as none, and the largest can still be counted up.</summary>
    static int RetriesOf(Delivery delivery) =>
        int.TryParse(delivery.Headers.GetValueOrDefault(Headers.DelayedRetries), NumberStyles.None, CultureInfo.InvariantCulture, out var retries)
            ? Math.Min(retries, int.MaxValue - 1)
            : 0;
}
