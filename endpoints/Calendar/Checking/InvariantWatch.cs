using System.Diagnostics.Metrics;
using Npgsql;

namespace Roost.Calendar.Checking;

/// <summary>
/// Looks all the time whether the nights still add up: no night taken beyond its capacity, counters that are the sum of the claims. There is nothing to repair here by
/// rules; whoever reads the log line has the ids.
/// </summary>
public sealed class InvariantWatch(NpgsqlDataSource database, InvariantWatch.Pace pace, TimeProvider clock, ILogger<InvariantWatch> log) : BackgroundService
{
    const int MostNamed = 20;
    static readonly Gauge<long> violations = new Meter("Roost.Calendar").CreateGauge<long>(
        "roost.invariant.violations", description: "What must be true at every moment and is not; anything but 0 is for a person to look at");

    /// <summary>What was wrong at the last look; null when nothing was.</summary>
    public string? Wrong { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var began = clock.GetTimestamp();
            try
            {
                await Look(stopping);
            }
            catch (NpgsqlException e)
            {
                log.LogWarning(e, "Could not look whether the nights add up");
            }
            // Reads every live claim: a calendar so large that this takes long is looked at less often, and never all the time.
            await Task.Delay(pace.After(clock.GetElapsedTime(began)), clock, stopping);
        }
    }

    async Task Look(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select format('%s: unit %s night %s claim %s (%s)', invariant, unit_id, night, claim_id, detail), count(*) over ()
            from calendar.invariant_violations
            limit @most_named
            """);
        command.Parameters.AddWithValue("most_named", MostNamed);
        command.CommandTimeout = 300;
        await using var rows = await command.ExecuteReaderAsync(ct);
        var (named, count) = (new List<string>(), 0L);
        while (await rows.ReadAsync(ct))
        {
            named.Add(rows.GetString(0));
            count = rows.GetInt64(1);
        }

        violations.Record(count);
        Wrong = count == 0 ? null : $"{count} violations, such as {string.Join("; ", named)}";
        if (Wrong is not null) log.LogError("The nights do not add up: {Wrong}", Wrong);
    }

    public sealed record Pace(TimeSpan Every)
    {
        const int ShareOfTheTime = 20;

        public TimeSpan After(TimeSpan look) => look * ShareOfTheTime > Every ? look * ShareOfTheTime : Every;
    }
}
