using System.Diagnostics;
using System.Diagnostics.Metrics;
using NServiceBus;
using Roost.Bus.Pipeline.Incoming;
using Roost.Bus.Platform;

namespace Roost.Bus.Telemetry;

/// <summary>Counts and durations of one endpoint's receiving, under the names of the official runtime. Costs nothing while nobody listens.</summary>
sealed class BusMetrics(string queue, string? discriminator)
{
    static readonly Meter Meter = new("NServiceBus.Core.Pipeline.Incoming", "0.2.0");
    static readonly Counter<long> Fetches = Meter.CreateCounter<long>("nservicebus.messaging.fetches");
    static readonly Counter<long> Successes = Meter.CreateCounter<long>("nservicebus.messaging.successes");
    static readonly Counter<long> Failures = Meter.CreateCounter<long>("nservicebus.messaging.failures");
    static readonly Counter<long> Immediate = Meter.CreateCounter<long>("nservicebus.recoverability.immediate");
    static readonly Counter<long> Delayed = Meter.CreateCounter<long>("nservicebus.recoverability.delayed");
    static readonly Counter<long> Error = Meter.CreateCounter<long>("nservicebus.recoverability.error");
    static readonly Histogram<double> HandlerTime = Meter.CreateHistogram<double>("nservicebus.messaging.handler_time", "s");
    static readonly Histogram<double> ProcessingTime = Meter.CreateHistogram<double>("nservicebus.messaging.processing_time", "s");
    static readonly Histogram<double> CriticalTime = Meter.CreateHistogram<double>("nservicebus.messaging.critical_time", "s");
    static readonly Gauge<long> QueueLength = Meter.CreateGauge<long>("nservicebus.queue_length");

    /// <summary>The platform's own figures, when they were asked for.</summary>
    public MonitoringReports? Monitoring { get; set; }

    public bool IsQueueLengthWanted => QueueLength.Enabled;

    public void Fetched()
    {
        if (Fetches.Enabled) Fetches.Add(1, Tags());
    }

    public void Succeeded(MessageInProgress message, TimeSpan processing, DateTimeOffset now)
    {
        if (Successes.Enabled) Successes.Add(1, Tags(message));
        if (ProcessingTime.Enabled) ProcessingTime.Record(processing.TotalSeconds, Tags(message));
        if (!CriticalTime.Enabled && Monitoring is null) return;

        var critical = now - MeantFor(message.Headers);
        if (critical is { } time) CriticalTime.Record(time.TotalSeconds, Tags(message));
        Monitoring?.Processed(message.Logical?.MessageType.FullName ?? "", processing, critical);
    }

    public void Failed(Exception failure)
    {
        if (Failures.Enabled) Failures.Add(1, With(Tags(), failure));
    }

    public void HandlerSucceeded(HandlerDefinition handler, TimeSpan elapsed)
    {
        if (!HandlerTime.Enabled) return;
        var tags = Tags(handler);
        tags.Add("execution.result", "success");
        HandlerTime.Record(elapsed.TotalSeconds, tags);
    }

    public void HandlerFailed(HandlerDefinition handler, TimeSpan elapsed, Exception failure)
    {
        if (!HandlerTime.Enabled) return;
        HandlerTime.Record(elapsed.TotalSeconds, With(Tags(handler), failure));
    }

    public void Recovered(RecoverabilityAction action, Dictionary<string, string> headers)
    {
        if (action is ImmediateRetry or DelayedRetry)
            Monitoring?.Retried(headers.GetValueOrDefault(Headers.EnclosedMessageTypes)?.Split(',', 2)[0] ?? "");
        var counter = action switch { ImmediateRetry => Immediate, DelayedRetry => Delayed, MoveToError => Error, _ => null };
        if (counter is { Enabled: true }) counter.Add(1, Tags());
    }

    public void Waiting(long messages) => QueueLength.Record(messages, Tags());

    /// <summary>A delayed message is late only after the moment it was meant for.</summary>
    static DateTimeOffset? MeantFor(Dictionary<string, string> headers) =>
        DateTimeOffsetHelper.TryParse(headers.GetValueOrDefault(Headers.DeliverAt) ?? headers.GetValueOrDefault(Headers.TimeSent));

    TagList Tags() => discriminator is null
        ? new TagList { { "nservicebus.queue", queue } }
        : new TagList { { "nservicebus.queue", queue }, { "nservicebus.discriminator", discriminator } };

    TagList Tags(MessageInProgress message)
    {
        var tags = Tags();
        if (message.Logical is { } logical) tags.Add("nservicebus.message_type", logical.MessageType.FullName);
        return tags;
    }

    TagList Tags(HandlerDefinition handler)
    {
        var tags = Tags();
        tags.Add("nservicebus.message_type", handler.MessageType.FullName);
        tags.Add("nservicebus.message_handler_type", handler.HandlerType.FullName);
        return tags;
    }

    static TagList With(TagList tags, Exception failure)
    {
        tags.Add("execution.result", "failure");
        tags.Add("error.type", failure.GetType().FullName);
        return tags;
    }
}
