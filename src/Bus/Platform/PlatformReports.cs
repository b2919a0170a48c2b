using Microsoft.Extensions.DependencyInjection;
using NServiceBus.CustomChecks;
using Roost.Bus.Hosting;

namespace Roost.Bus.Platform;

/// <summary>Starts the reports that were asked for.</summary>
static class PlatformReports
{
    public static void Start(
        BackgroundWork work, EndpointBlueprint blueprint, EndpointAssembly assembly, EndpointRuntime runtime, IServiceProvider services)
    {
        var settings = blueprint.Platform;
        var sender = assembly.PlatformSender(runtime);
        if (settings.Heartbeat is { } heartbeat)
        {
            var heartbeats = new Heartbeats(heartbeat, blueprint.Name, assembly.Host, sender, assembly.Clock, assembly.Logger);
            work.Once("register this start with the platform", heartbeats.Register);
            work.Every(heartbeat.Frequency, "send a heartbeat", heartbeats.Beat);
        }
        if (settings.CustomChecks is { } customChecks)
        {
            var reports = new CustomCheckReports(customChecks, blueprint.Name, assembly.Host, sender, assembly.Clock);
            foreach (var check in settings.CheckTypes.Select(type => (ICustomCheck)ActivatorUtilities.CreateInstance(services, type)))
            {
                work.Once($"report check {check.Id}", ct => reports.Perform(check, ct));
                if (check.Interval is { } interval) work.Every(interval, $"report check {check.Id}", ct => reports.Perform(check, ct));
            }
        }
        if (settings.Monitoring is { } monitoring)
        {
            var reports = new MonitoringReports(monitoring, blueprint.Name, blueprint.MainQueue, assembly.Host, sender, assembly.Clock);
            assembly.Metrics.Monitoring = reports;
            work.Every(monitoring.Interval, "send metrics to the platform", reports.Send);
        }
    }
}
