using System.Data;
using NServiceBus.Configuration.AdvancedExtensibility;
using NServiceBus.Outbox;
using Roost.Bus.Persistence;

namespace NServiceBus;

public static class SqlPersistenceOutboxSettingsExtensions
{
    /// <summary>Has to be longer than a duplicate can take to arrive, a retry from the error queue included. 7 days by default.</summary>
    public static void KeepDeduplicationDataFor(this OutboxSettings configuration, TimeSpan timeToKeepDeduplicationData)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeToKeepDeduplicationData, TimeSpan.Zero);
        configuration.Options().KeepFor = timeToKeepDeduplicationData;
    }

    public static void RunDeduplicationDataCleanupEvery(this OutboxSettings configuration, TimeSpan frequencyToRunDeduplicationDataCleanup)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(frequencyToRunDeduplicationDataCleanup, TimeSpan.Zero);
        configuration.Options().CleanUpEvery = frequencyToRunDeduplicationDataCleanup;
    }

    public static void DisableCleanup(this OutboxSettings configuration) => configuration.Options().CleanUpDisabled = true;

    /// <summary>
    /// A second delivery of a message waits for the first instead of running the handlers beside it: for handlers that act outside
    /// the database.
    /// </summary>
    public static void UsePessimisticConcurrencyControl(this OutboxSettings outboxSettings) => outboxSettings.Options().Pessimistic = true;

    public static void TransactionIsolationLevel(this OutboxSettings outboxSettings, IsolationLevel isolationLevel)
    {
        if (isolationLevel is IsolationLevel.Chaos or IsolationLevel.ReadUncommitted or IsolationLevel.Unspecified)
            throw new ArgumentException($"Isolation level {isolationLevel} does not keep messages apart.", nameof(isolationLevel));
        outboxSettings.Options().IsolationLevel = isolationLevel;
    }

    static OutboxOptions Options(this OutboxSettings configuration) => configuration.GetSettings().GetOrCreate<OutboxOptions>();
}
