using System.Diagnostics;

namespace Roost.Benchmarks;

/// <summary>How fast something goes when so many do it at once, after a warm-up that does not count.</summary>
public static class Load
{
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);

    /// <param name="open">Makes the operation of one worker; what it returns is called over and over.</param>
    public static async Task<Speed> Of(int workers, Func<int, Task<Func<Task>>> open, CancellationToken ct, TimeSpan? duration = null)
    {
        var operations = await Task.WhenAll(Enumerable.Range(0, workers).Select(open));
        var start = Stopwatch.GetTimestamp() + (long)(WarmUp.TotalSeconds * Stopwatch.Frequency);
        var end = start + (long)((duration ?? Duration).TotalSeconds * Stopwatch.Frequency);
        var taken = await Task.WhenAll(operations.Select(operation => Task.Run(() => Repeat(operation, start, end, ct), ct)));
        return new Speed([.. taken.SelectMany(t => t)], duration ?? Duration);
    }

    static async Task<List<double>> Repeat(Func<Task> operation, long start, long end, CancellationToken ct)
    {
        List<double> milliseconds = [];
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var began = Stopwatch.GetTimestamp();
            await operation();
            var now = Stopwatch.GetTimestamp();
            if (now > end) return milliseconds;
            if (now > start) milliseconds.Add((now - began) * 1000.0 / Stopwatch.Frequency);
        }
    }
}

public sealed class Speed(double[] milliseconds, TimeSpan during)
{
    readonly double[] sorted = [.. milliseconds.Order()];

    public double PerSecond => sorted.Length / during.TotalSeconds;

    /// <summary>0.99 is the time that all but one in a hundred stayed below.</summary>
    public double Percentile(double part) => sorted.Length == 0 ? 0 : sorted[Math.Min((int)(part * sorted.Length), sorted.Length - 1)];
}
