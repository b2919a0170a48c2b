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
        var action = settings.Policy?.Invoke(config, failed) ?? DefaultRecoverabilityPolicy.Invoke(config, failed, clock.GetUtcNow());
        metrics.Recovered(action, failed.Headers);
        switch (action)
        {
            case ImmediateRetry:
                await RetryNow(failed, ct).ConfigureAwait(false);
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

    Task RetryNow(ErrorContext failed, CancellationToken ct)
    {
        logger.LogInformation(
            failed.Exception, "Immediate Retry is going to retry message '{MessageId}' because of an exception:", failed.MessageId);
        return settings.ImmediateSettings.Notify?.Invoke(
            new ImmediateRetryMessage(
                failed.MessageId, failed.Headers, failed.Body, failed.Exception, failed.ImmediateProcessingFailures), ct)
            ?? Task.CompletedTask;
    }

    async Task RetryLater(ErrorContext failed, TimeSpan delay, CancellationToken ct)
    {
        logger.LogWarning(
            failed.Exception, "Delayed Retry will reschedule message '{MessageId}' after a delay of {Delay} because of an exception:",
            failed.MessageId, delay);

        var attempt = failed.DelayedDeliveriesPerformed + 1;
        var headers = Copy(failed);
        headers[Headers.DelayedRetries] = attempt.ToString(System.Globalization.CultureInfo.InvariantCulture);
        headers[Headers.DelayedRetriesTimestamp] = DateTimeOffsetHelper.ToWireFormattedString(clock.GetUtcNow());
        description.Stamp(headers, delay, deliverAt: null);
        var copy = new OutgoingOperation(failed.MessageId, headers, failed.Body) { Destination = failed.ReceiveAddress, DelayDeliveryFor = delay };
        await transport.Dispatch([copy], ct).ConfigureAwait(false);

        if (settings.DelayedSettings.Notify is { } notify)
            await notify(new DelayedRetryMessage(failed.MessageId, failed.Headers, failed.Body, failed.Exception, attempt), ct)
                .ConfigureAwait(false);
    }

    async Task MoveToError(ErrorContext failed, string queue, CancellationToken ct)
    {
        logger.LogError(
            failed.Exception, "Moving message '{MessageId}' to the error queue '{ErrorQueue}' because processing failed due to an exception:",
            failed.MessageId, queue);

        var metadata = failureHeaders.Describe(failed);
        settings.FailedSettings.Customization?.Invoke(metadata);

        var headers = Copy(failed);
        headers.Remove(Headers.DelayedRetries);
        headers.Remove(Headers.ImmediateRetries);
        foreach (var (key, value) in metadata) headers[key] = value;
        description.Stamp(headers, delay: null, deliverAt: null);
        await transport.Dispatch([new OutgoingOperation(failed.MessageId, headers, failed.Body) { Destination = queue }], ct)
            .ConfigureAwait(false);

        if (settings.FailedSettings.Notify is { } notify)
            await notify(new FailedMessage(failed.MessageId, failed.Headers, failed.Body, failed.Exception, queue), ct)
                .ConfigureAwait(false);
    }

    static Dictionary<string, string> Copy(ErrorContext failed)
    {
        var headers = new Dictionary<string, string>(failed.Headers);
        // A retry is a story of its own: hours later it would stretch the sender's trace.
        if (headers.ContainsKey(Headers.DiagnosticsTraceParent)) headers[Headers.StartNewTrace] = bool.TrueString;
        return headers;
    }
}
