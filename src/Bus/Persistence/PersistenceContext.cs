using Microsoft.Extensions.Logging;
using NServiceBus.Settings;

namespace Roost.Bus.Persistence;

/// <summary>What a persistence needs to know of the endpoint it works for.</summary>
/// <param name="OutboxEnabled">Without it Begin does not look for duplicates and Commit stores no operations.</param>
public sealed record PersistenceContext(
    string EndpointName, bool OutboxEnabled, IReadOnlySettings Settings, TimeProvider Clock, ILoggerFactory Loggers);

/// <summary>The outbox settings that every persistence has. Found in the settings by its type.</summary>
public sealed class OutboxOptions
{
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(7);
    public TimeSpan CleanUpEvery { get; set; } = TimeSpan.FromMinutes(1);
    public bool CleanUpDisabled { get; set; }

    /// <summary>Inserts the row before the handlers run, so that two deliveries of one message never run them at the same time.</summary>
    public bool Pessimistic { get; set; }

    public System.Data.IsolationLevel IsolationLevel { get; set; } = System.Data.IsolationLevel.ReadCommitted;
}
