using Roost.Bus.Persistence;
using Roost.Bus.Recoverability;

namespace Roost.Bus.Hosting;

/// <summary>Forgets old messages. A table that only grows is slow one day and full on another, so failing for long is a critical error.</summary>
sealed class OutboxCleanUp(IPersistence persistence, TimeSpan keepFor, CriticalErrors criticalErrors)
{
    const int FailuresInARow = 10;
    int failures;

    public async Task Run(CancellationToken ct)
    {
        try
        {
            await persistence.CleanUp(keepFor, ct).ConfigureAwait(false);
            failures = 0;
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            if (++failures == FailuresInARow)
            {
                failures = 0;
                await criticalErrors.Raise($"Failed to clean expired Outbox records after {FailuresInARow} consecutive unsuccessful attempts.", failure)
                    .ConfigureAwait(false);
            }
            throw;
        }
    }
}
