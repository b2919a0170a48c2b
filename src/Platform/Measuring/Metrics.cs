using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Roost.Platform.Measuring;

/// <summary>
/// Listens to the meters of the product and of what it runs on, and writes them as Prometheus reads them. A new meter called Roost.Something is
/// seen without being registered anywhere.
/// </summary>
public sealed class Metrics : IDisposable
{
    static readonly string[] meters = ["Roost", "NServiceBus", "System.Runtime", "System.Net.Http", "Microsoft.AspNetCore", "Npgsql"];

    readonly ConcurrentDictionary<Instrument, Metric> metrics = [];
    readonly MeterListener listener = new();
    readonly Lock writing = new();

    public Metrics()
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (!meters.Any(m => instrument.Meter.Name.StartsWith(m, StringComparison.Ordinal))) return;
            self.EnableMeasurementEvents(instrument, metrics.GetOrAdd(instrument, i => new Metric(i)));
        };
        listener.MeasurementsCompleted = (instrument, metric) => metrics.TryRemove(instrument, out var _);
        listener.SetMeasurementEventCallback<byte>((_, value, tags, metric) => Record(value, tags, metric));
        listener.SetMeasurementEventCallback<short>((_, value, tags, metric) => Record(value, tags, metric));
        listener.SetMeasurementEventCallback<int>((_, value, tags, metric) => Record(value, tags, metric));
        listener.SetMeasurementEventCallback<long>((_, value, tags, metric) => Record(value, tags, metric));
        listener.SetMeasurementEventCallback<float>((_, value, tags, metric) => Record(value, tags, metric));
        listener.SetMeasurementEventCallback<double>((_, value, tags, metric) => Record(value, tags, metric));
        listener.SetMeasurementEventCallback<decimal>((_, value, tags, metric) => Record((double)value, tags, metric));
        listener.Start();
    }

    /// <summary>Everything there is, observed now, in the text format 0.0.4.</summary>
    public void Write(TextWriter text)
    {
        lock (writing)
        {
            foreach (var metric in metrics.Values.Where(m => m.Observed)) metric.Forget();
            listener.RecordObservableInstruments();
            foreach (var sameName in metrics.Values.GroupBy(m => m.Name).OrderBy(g => g.Key, StringComparer.Ordinal))
            {
                // Two meters may have an instrument of one name, with different labels; the head may stand there once only.
                sameName.First().WriteHead(text);
                foreach (var metric in sameName) metric.WriteSeries(text);
            }
            ProcessMetrics.Write(text);
        }
    }

    public void Dispose() => listener.Dispose();

    static void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? metric) => ((Metric)metric!).Record(value, tags);
}
