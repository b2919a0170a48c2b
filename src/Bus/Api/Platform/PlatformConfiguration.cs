using Roost.Bus.Platform;

namespace NServiceBus;

/// <summary>Reports to ServiceControl and ServicePulse. Nothing is sent unless it is asked for here.</summary>
public static class PlatformConfigurationExtensions
{
    public static void SendHeartbeatTo(
        this EndpointConfiguration config, string serviceControlQueue, TimeSpan? frequency = default, TimeSpan? timeToLive = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(serviceControlQueue);
        var every = frequency ?? TimeSpan.FromSeconds(10);
        config.Blueprint.Platform.Heartbeat = new HeartbeatSettings(serviceControlQueue, every, timeToLive ?? every * 4);
    }

    public static void ReportCustomChecksTo(this EndpointConfiguration config, string serviceControlQueue, TimeSpan? timeToLive = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(serviceControlQueue);
        config.Blueprint.Platform.CustomChecks = new CustomCheckSettings(serviceControlQueue, timeToLive);
    }

    public static void AddCustomCheck<T>(this EndpointConfiguration config) where T : class, CustomChecks.ICustomCheck =>
        config.Blueprint.Platform.CheckTypes.Add(typeof(T));

    public static void AuditSagaStateChanges(
        this EndpointConfiguration config, string serviceControlQueue, Func<object, Dictionary<string, string>>? customSagaEntitySerialization = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(serviceControlQueue);
        config.Blueprint.Platform.SagaAudit = new SagaAuditSettings(serviceControlQueue, customSagaEntitySerialization);
    }

    public static MetricsOptions EnableMetrics(this EndpointConfiguration config) => new(config.Blueprint.Platform);
}

public sealed class MetricsOptions
{
    readonly PlatformSettings platform;

    internal MetricsOptions(PlatformSettings platform) => this.platform = platform;

    public void SendMetricDataToServiceControl(string serviceControlMetricsAddress, TimeSpan interval, string? instanceId = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(serviceControlMetricsAddress);
        platform.Monitoring = new MonitoringSettings(serviceControlMetricsAddress, interval, instanceId);
    }
}
