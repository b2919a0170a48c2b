using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Roost.Platform.Checking;

/// <summary>Whether the endpoint can do its work now. One look serves all who ask within a second.</summary>
public sealed class Readiness(HealthCheckService checks, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<Readiness> log)
{
    static readonly TimeSpan goodFor = TimeSpan.FromSeconds(1);
    static readonly Gauge<int> up = new Meter("Roost.Platform").CreateGauge<int>("roost.dependency.up", description: "1 when the dependency answered");

    readonly Lock looking = new();
    readonly ConcurrentDictionary<string, HealthStatus> last = [];
    Task<HealthReport>? look;
    long lookedAt;

    public bool IsStopping => lifetime.ApplicationStopping.IsCancellationRequested;

    public Task<HealthReport> Look()
    {
        lock (looking)
        {
            var isFresh = look is { IsCompleted: false } || (look is not null && clock.GetElapsedTime(lookedAt) < goodFor);
            if (!isFresh)
            {
                lookedAt = clock.GetTimestamp();
                look = Task.Run(LookNow);
            }
            return look!;
        }
    }

    async Task<HealthReport> LookNow()
    {
        var report = await checks.CheckHealthAsync();
        foreach (var (name, entry) in report.Entries)
        {
            up.Record(entry.Status == HealthStatus.Healthy ? 1 : 0, new KeyValuePair<string, object?>("dependency", name));
            var before = last.TryGetValue(name, out var known) ? known : HealthStatus.Healthy;
            last[name] = entry.Status;
            if (before == entry.Status) continue;
            if (entry.Status == HealthStatus.Healthy) log.LogInformation("{Dependency} is up again", name);
            else log.LogWarning("{Dependency} is down: {Why}", name, Why(entry));
        }
        return report;
    }

    public static string? Why(HealthReportEntry entry) => entry.Status == HealthStatus.Healthy ? null
        : entry.Exception is { } e ? Innermost(e).Message
        : entry.Description;

    static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
