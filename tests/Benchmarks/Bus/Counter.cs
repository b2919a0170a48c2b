using System.Collections.Concurrent;
using System.Diagnostics;

namespace Roost.Benchmarks.Bus;

/// <summary>Counts what was handled, tells when all of it was, and keeps how long each took since it was sent.</summary>
public sealed class Counter(int expected)
{
    readonly TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ConcurrentBag<double> milliseconds = [];
    int handled;

    public Task All => all.Task;
    public int Handled => Volatile.Read(ref handled);

    public void Add(long sentAt)
    {
        milliseconds.Add(Stopwatch.GetElapsedTime(sentAt).TotalMilliseconds);
        if (Interlocked.Increment(ref handled) == expected) all.TrySetResult();
    }

    public double Percentile(double part)
    {
        double[] sorted = [.. milliseconds.Order()];
        return sorted.Length == 0 ? 0 : sorted[Math.Min((int)(part * sorted.Length), sorted.Length - 1)];
    }
}

/// <summary>The counter of the measurement that runs now; the handlers get this.</summary>
public sealed class Now
{
    public Counter Counter { get; set; } = new(0);
}
