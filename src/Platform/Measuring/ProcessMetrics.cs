using System.Diagnostics;
using System.Globalization;

namespace Roost.Platform.Measuring;

/// <summary>The process as the operating system sees it, under the names that every Prometheus dashboard knows.</summary>
static class ProcessMetrics
{
    static readonly double started = new DateTimeOffset(Process.GetCurrentProcess().StartTime).ToUnixTimeMilliseconds() / 1000.0;

    public static void Write(TextWriter text)
    {
        using var process = Process.GetCurrentProcess();
        One(text, "process_cpu_seconds_total", "counter", Environment.CpuUsage.TotalTime.TotalSeconds);
        One(text, "process_resident_memory_bytes", "gauge", Environment.WorkingSet);
        One(text, "process_private_memory_bytes", "gauge", process.PrivateMemorySize64);
        One(text, "process_start_time_seconds", "gauge", started);
        One(text, "process_threads", "gauge", process.Threads.Count);
        if (Directory.Exists("/proc/self/fd")) One(text, "process_open_fds", "gauge", Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
    }

    static void One(TextWriter text, string name, string type, double value) =>
        text.Write($"# TYPE {name} {type}\n{name} {value.ToString("R", CultureInfo.InvariantCulture)}\n");
}
