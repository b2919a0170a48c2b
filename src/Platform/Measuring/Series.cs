using System.Globalization;

namespace Roost.Platform.Measuring;

/// <summary>The value of one metric for one set of labels.</summary>
abstract class Series
{
    public abstract void Record(double value);
    public abstract void Write(TextWriter text, string name, string labels);

    protected static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}

/// <summary>Counters and up-down counters: what is recorded is added.</summary>
sealed class SumSeries : Series
{
    double sum;

    public override void Record(double value)
    {
        var seen = Volatile.Read(ref sum);
        while (true)
        {
            var before = Interlocked.CompareExchange(ref sum, seen + value, seen);
            if (before.Equals(seen)) return;
            seen = before;
        }
    }

    public override void Write(TextWriter text, string name, string labels) => text.Write($"{name}{labels} {Number(Volatile.Read(ref sum))}\n");
}

/// <summary>Gauges and everything observed: what is recorded is the value.</summary>
sealed class LastSeries : Series
{
    double last;

    public override void Record(double value) => Volatile.Write(ref last, value);

    public override void Write(TextWriter text, string name, string labels) => text.Write($"{name}{labels} {Number(Volatile.Read(ref last))}\n");
}

sealed class HistogramSeries(double[] bounds) : Series
{
    readonly long[] counts = new long[bounds.Length + 1];
    readonly Lock recording = new();
    double sum;

    public override void Record(double value)
    {
        var bucket = Array.BinarySearch(bounds, value);
        lock (recording)
        {
            counts[bucket < 0 ? ~bucket : bucket]++;
            sum += value;
        }
    }

    public override void Write(TextWriter text, string name, string labels)
    {
        long[] seen;
        double total;
        lock (recording)
        {
            seen = [.. counts];
            total = sum;
        }
        var others = labels.Length == 0 ? "{" : labels[..^1] + ",";
        var below = 0L;
        for (var i = 0; i < seen.Length; i++)
        {
            below += seen[i];
            text.Write($"{name}_bucket{others}le=\"{(i < bounds.Length ? Number(bounds[i]) : "+Inf")}\"}} {below}\n");
        }
        text.Write($"{name}_sum{labels} {Number(total)}\n{name}_count{labels} {below}\n");
    }
}
