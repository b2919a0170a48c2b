using Microsoft.Extensions.Logging;
using NServiceBus;
using NServiceBus.Faults;
using NServiceBus.Transport;
using Roost.Bus.Pipeline.Outgoing;
using Roost.Bus.Telemetry;
using Roost.Bus.Transport;

namespace Roost.Bus.Recoverability;

/// <summary>
/// Decides what becomes of a failed message and does it. A copy for later or for the error queue is confirmed by the broker
/// before the original leaves its queue: a crash in between doubles the message, and never loses it.
/// </summary>
sealed class Recoverer(
    RecoverabilitySettings settings, string errorQueue, FailureHeaders failureHeaders, OutgoingHeaders description, ITransport transport,
    BusMetrics metrics, TimeProvider clock, ILogger logger)
{
    readonly RecoverabilityConfig config = new(
        new ImmediateConfig(settings.ImmediateSettings.Retries),
        new DelayedConfig(settings.DelayedSettings.Retries, settings.DelayedSettings.Increase),
        new FailedConfig(errorQueue, settings.UnrecoverableTypes));

    public async Task<Settlement> Recover(ErrorContext failed, CancellationToken ct)
    {
        var action = Decide(failed);
        metrics.Recovered(action, failed.Headers);
        switch (action)
        {
            case ImmediateRetry:
                logger.LogInformation(
                    failed.Exception, "Immediate Retry is going to retry message '{MessageId}' because of an exception:", failed.MessageId);
                await Tell(settings.ImmediateSettings.Notify, failed, new ImmediateRetryMessage(
                    failed.MessageId, failed.Headers, failed.Body, failed.Exception, failed.ImmediateProcessingFailures), ct).ConfigureAwait(false);
                return Settlement.Requeue;
            case DelayedRetry retry:
                await RetryLater(failed, retry.Delay, ct).ConfigureAwait(false);
                return Settlement.Done;
            case MoveToError move:
                await MoveToError(failed, move.ErrorQueue, ct).ConfigureAwait(false);
                return Settlement.Done;
            case Discard discard:
                logger.LogInformation("Discarding message with id '{MessageId}'. Reason: {Reason}", failed.MessageId, discard.Reason);
                return Settlement.Done;
            default:
                throw new InvalidOperationException($"Unknown recoverability action {action.GetType().Name}.");
        }
    }

    /// <summary>A policy that fails would fail again for the same message, for ever.</summary>
    RecoverabilityAction Decide(ErrorContext failed)
    {
        try
        {
            return settings.Policy?.Invoke(config, failed) ?? DefaultRecoverabilityPolicy.Invoke(config, failed, clock.GetUtcNow());
        }
        catch (Exception e)
        {
            logger.LogError(e, "The recoverability policy failed for message '{MessageId}', which is therefore moved to the error queue", failed.MessageId);
            return RecoverabilityAction.MoveToError(errorQueue);
        }
    }

    async Task RetryLater(ErrorContext failed, TimeSpan delay, CancellationToken ct)
    {
        delay = TimeSpan.FromTicks(Math.Clamp(delay.Ticks, 0, BrokerLimits.LongestDelay.Ticks));
        logger.LogWarning(
            failed.Exception, "Delayed Retry will reschedule message '{MessageId}' after a delay of {Delay} because of an exception:",
            failed.MessageId, delay);

        var attempt = failed.DelayedDeliveriesPerformed + 1;
        var headers = Copy(failed);
        headers[Headers.DelayedRetries] = attempt.ToString(System.Globalization.CultureInfo.InvariantCulture);
        headers[Headers.DelayedRetriesTimestamp] = DateTimeOffsetHelper.ToWireFormattedString(clock.GetUtcNow());
        description.Stamp(headers, delay, deliverAt: null);
        var copy = new OutgoingOperation(failed.MessageId, headers, failed.Body) { Destination = failed.ReceiveAddress, DelayDeliveryFor = delay };
        try
        {
            await transport.Dispatch([copy], ct).ConfigureAwait(false);
        }
        catch (Exception impossible) when (impossible is ArgumentException or InvalidOperationException)
        {
            // With what a retry adds its headers do not fit into a frame, say, or its queue's name into a routing key: not now, and not ever.
            logger.LogError(impossible, "Message '{MessageId}' cannot be rescheduled", failed.MessageId);
            await MoveToError(failed, errorQueue, ct).ConfigureAwait(false);
            return;
        }

        await Tell(settings.DelayedSettings.Notify, failed,
            new DelayedRetryMessage(failed.MessageId, failed.Headers, failed.Body, failed.Exception, attempt), ct).ConfigureAwait(false);
    }

    async Task MoveToError(ErrorContext failed, string queue, CancellationToken ct)
    {
        logger.LogError(
            failed.Exception, "Moving message '{MessageId}' to the error queue '{ErrorQueue}' because processing failed due to an exception:",
            failed.MessageId, queue);

        var metadata = failureHeaders.Describe(failed);
        Customize(metadata, failed);

        var headers = Copy(failed);
        headers.Remove(Headers.DelayedRetries);
        headers.Remove(Headers.ImmediateRetries);
        foreach (var (key, value) in metadata) headers[key] = value;
        description.Stamp(headers, delay: null, deliverAt: null);
        HeaderSpace.Fit(headers, transport.LongestHeaders);
        var kept = await Keep(new OutgoingOperation(failed.MessageId, headers, failed.Body) { Destination = queue }, ct).ConfigureAwait(false);

        await Tell(settings.FailedSettings.Notify, failed,
            new FailedMessage(failed.MessageId, failed.Headers, failed.Body, failed.Exception, kept), ct).ConfigureAwait(false);
    }

    /// <summary>
    /// A policy may have named a queue that is not there. The endpoint's own is: without it the endpoint would not have started. A broker that is away
    /// is no reason for going elsewhere: the message is held until it is back.
    /// </summary>
    /// <returns>The queue it is in.</returns>
    async Task<string> Keep(OutgoingOperation copy, CancellationToken ct)
    {
        try
        {
            await transport.Dispatch([copy], ct).ConfigureAwait(false);
            return copy.Destination!;
        }
        catch (Exception failure) when (copy.Destination != errorQueue && IsForWantOfAQueue(failure))
        {
            logger.LogError(
                failure, "Message '{MessageId}' cannot be moved to '{Queue}' and is moved to '{ErrorQueue}' instead", copy.MessageId, copy.Destination, errorQueue);
            await transport.Dispatch([copy with { Destination = errorQueue }], ct).ConfigureAwait(false);
            return errorQueue;
        }
    }

    // By now the copy fits whatever its message is: what can never be sent is then its address.
    static bool IsForWantOfAQueue(Exception failure) =>
        failure is NoQueueException or { InnerException: NoQueueException } or ArgumentException or InvalidOperationException;

    void Customize(Dictionary<string, string> metadata, ErrorContext failed)
    {
        try
        {
            settings.FailedSettings.Customization?.Invoke(metadata);
        }
        catch (Exception e)
        {
            logger.LogError(e, "The headers of the failed message '{MessageId}' could not be customized", failed.MessageId);
        }
    }

    /// <summary>What was decided is done. Should the failure of who is told bring the message back, it would be copied again and again.</summary>
    async Task Tell<T>(Func<T, CancellationToken, Task>? who, ErrorContext failed, T what, CancellationToken ct)
    {
        if (who is null) return;
        try
        {
            await who(what, ct).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            logger.LogError(e, "A notification about the failed message '{MessageId}' failed", failed.MessageId);
        }
    }

    static Dictionary<string, string> Copy(ErrorContext failed)
    {
        var headers = new Dictionary<string, string>(failed.Headers);
        // A retry is a story of its own: hours later it would stretch the sender's trace.
        if (headers.ContainsKey(Headers.DiagnosticsTraceParent)) headers[Headers.StartNewTrace] = bool.TrueString;
        return headers;
    }
}
