using System.Collections.Concurrent;
using NServiceBus;
using Roost.Bus.Hosting;

namespace Roost.Bus.Platform;

/// <summary>Durations and retries of single messages, sent in batches to the monitoring instance.</summary>
sealed class MonitoringReports(
    MonitoringSettings settings, string endpoint, string queue, HostIdentity host, PlatformSender sender, TimeProvider clock)
{
    // A burst beyond this is reported in part: figures for people must not eat the memory of the process.
    const int MaxWaiting = 100_000;
    static readonly TimeSpan TimeToLive = TimeSpan.FromDays(7);

    readonly Series processingTimes = new("ProcessingTime");
    readonly Series criticalTimes = new("CriticalTime");
    readonly Series retries = new("Retries");

    public void Processed(string messageType, TimeSpan processing, TimeSpan? critical)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        processingTimes.Add(new Occurrence(now, (long)processing.TotalMilliseconds, messageType));
        if (critical is { } time) criticalTimes.Add(new Occurrence(now, (long)time.TotalMilliseconds, messageType));
    }

    public void Retried(string messageType) => retries.Add(new Occurrence(clock.GetUtcNow().UtcDateTime, 1, messageType));

    public async Task Send(CancellationToken ct)
    {
        await sender.Send(
            settings.Queue, "NServiceBus.Metrics.EndpointMetadataReport", new { PluginVersion = 3, LocalAddress = queue }, TimeToLive, ct);
        foreach (var series in new[] { processingTimes, criticalTimes, retries })
            if (series.Take() is { Count: > 0 } occurrences)
                await sender.Send(settings.Queue, HeadersFor(series.Name), TaggedLongValues.Write(occurrences), TimeToLive, ct);
    }

    Dictionary<string, string> HeadersFor(string metric)
    {
        var headers = new Dictionary<string, string>
        {
            [Headers.ContentType] = "TaggedLongValueWriterOccurrence",
            ["NServiceBus.Metric.Type"] = metric,
            [Headers.OriginatingEndpoint] = endpoint,
            [Headers.OriginatingMachine] = host.Machine,
            [Headers.OriginatingHostId] = host.IdText,
            [Headers.HostDisplayName] = host.DisplayName,
        };
        if (settings.InstanceId is { } instance) headers["NServiceBus.Metric.InstanceId"] = instance;
        return headers;
    }

    sealed class Series(string name)
    {
        readonly ConcurrentQueue<Occurrence> waiting = new();

        public string Name => name;

        public void Add(Occurrence occurrence)
        {
            if (waiting.Count < MaxWaiting) waiting.Enqueue(occurrence);
        }

        public List<Occurrence> Take()
        {
            var taken = new List<Occurrence>();
            while (waiting.TryDequeue(out var occurrence)) taken.Add(occurrence);
            return taken;
        }
    }
}

readonly record struct Occurrence(DateTime At, long Value, string Tag);
