namespace Roost.Bus.Platform;

/// <summary>Which reports to the platform the configuration asked for.</summary>
sealed class PlatformSettings
{
    public HeartbeatSettings? Heartbeat { get; set; }
    public CustomCheckSettings? CustomChecks { get; set; }
    public List<Type> CheckTypes { get; } = [];
    public SagaAuditSettings? SagaAudit { get; set; }
    public MonitoringSettings? Monitoring { get; set; }
}

sealed record HeartbeatSettings(string Queue, TimeSpan Frequency, TimeSpan TimeToLive);

sealed record CustomCheckSettings(string Queue, TimeSpan? TimeToLive);

sealed record SagaAuditSettings(string Queue, Func<object, Dictionary<string, string>>? Serialize);

sealed record MonitoringSettings(string Queue, TimeSpan Interval, string? InstanceId);
