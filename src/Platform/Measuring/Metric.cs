using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Roost.Platform.Measuring;

/// <summary>One instrument as Prometheus sees it: a name, a type, and a series for each set of labels.</summary>
sealed class Metric
{
    // A label that turns out to have endless values must not eat the memory; what is beyond is not kept.
    const int MostSeries = 1000;

    static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    static readonly double[] Milliseconds = [.. Seconds.Select(s => s * 1000)];
    static readonly double[] Amounts = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000, 1_000_000];

    readonly ConcurrentDictionary<string, Series> series = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, Series>.AlternateLookup<ReadOnlySpan<char>> byLabels;
    readonly Func<Series> newSeries;
    readonly string description;

    public Metric(Instrument instrument)
    {
        byLabels = series.GetAlternateLookup<ReadOnlySpan<char>>();
        description = instrument.Description ?? "";
        var kind = instrument.GetType().Name;
        Observed = instrument.IsObservable;
        (Type, newSeries) = kind switch
        {
            _ when kind.StartsWith("Histogram", StringComparison.Ordinal) => ("histogram", () => new HistogramSeries(Bounds(instrument))),
            _ when kind.StartsWith("Counter", StringComparison.Ordinal) => ("counter", () => new SumSeries()),
            _ when kind.StartsWith("ObservableCounter", StringComparison.Ordinal) => ("counter", () => new LastSeries()),
            _ when kind.StartsWith("UpDownCounter", StringComparison.Ordinal) => ("gauge", () => new SumSeries()),
            _ => ("gauge", (Func<Series>)(() => new LastSeries())),
        };
        Name = PrometheusName(instrument, Type);
    }

    public string Name { get; }
    public string Type { get; }
    public bool Observed { get; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels.Of(tags);
        if (byLabels.TryGetValue(labels, out var known)) known.Record(value);
        else if (series.Count < MostSeries) series.GetOrAdd(labels.ToString(), _ => newSeries()).Record(value);
    }

    /// <summary>Before everything is observed anew: what is no longer reported must not live on.</summary>
    public void Forget() => series.Clear();

    public void WriteHead(TextWriter text)
    {
        if (description.Length > 0) text.Write($"# HELP {Name} {description.Replace("\\", @"\\", StringComparison.Ordinal).ReplaceLineEndings(" ")}\n");
        text.Write($"# TYPE {Name} {Type}\n");
    }

    public void WriteSeries(TextWriter text)
    {
        foreach (var (labels, one) in series.OrderBy(pair => pair.Key, StringComparer.Ordinal)) one.Write(text, Name, labels);
    }

    static double[] Bounds(Instrument instrument)
    {
        var advised = instrument switch
        {
            Histogram<double> h => h.Advice?.HistogramBucketBoundaries?.ToArray(),
            Histogram<long> h => h.Advice?.HistogramBucketBoundaries?.Select(b => (double)b).ToArray(),
            Histogram<int> h => h.Advice?.HistogramBucketBoundaries?.Select(b => (double)b).ToArray(),
            _ => null,
        };
        return advised ?? instrument.Unit switch { "s" => Seconds, "ms" => Milliseconds, _ => Amounts };
    }

    static string PrometheusName(Instrument instrument, string type)
    {
        var name = new string([.. instrument.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')]);
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            "%" => "_percent",
            _ => "",
        };
        if (!name.EndsWith(unit, StringComparison.Ordinal)) name += unit;
        return type == "counter" && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }
}
