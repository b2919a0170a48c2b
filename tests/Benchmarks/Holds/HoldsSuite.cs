using Microsoft.Extensions.Logging.Abstractions;
using Roost.Calendar.Taking;
using Roost.Platform.Migrating;
using Roost.Servers;

namespace Roost.Benchmarks.Holds;

/// <summary>
/// Holds of three nights: on one unit of which everybody wants the same three, and over ten thousand. At the store, and end to end through
/// the running endpoint; beside each what plain transactions of one claim each manage on the same tables, in the same run.
/// </summary>
public sealed class HoldsSuite : ISuite
{
    public string Name => "holds";
    public string About => "nights held per second, at the store and through the endpoint, none of them twice";

    public async Task Run(Findings findings, CancellationToken ct)
    {
        await using var database = await Postgres.NewDatabase("holds");
        var migrations = Migration.EmbeddedIn(typeof(Clerk).Assembly);
        await new SchemaMigrator(database.ConnectionString, "calendar", migrations, NullLogger.Instance).Run(ct);
        Dictionary<string, Guid[]> wanted = new() { ["hot"] = await Units(database, 1), ["spread"] = await Units(database, 10_000) };

        // The most that any endpoint could do here, by the broker and the guests alone.
        var echoed = await BareEcho.Measure(wanted["hot"], ct);
        findings.Add("answers", echoed.PerSecond, "answers/s", new { at = "echo" });

        foreach (var (unit, units) in wanted)
        {
            var plain = await PlainClaims.PerSecond(database, await Units(database, units.Length), ct);
            var stored = await AtStore.Measure(database, units, ct);
            findings.Add("holds", stored.PerSecond, "holds/s", new { unit, at = "store", plain = plain.By }, plain.PerSecond);
            findings.Add("holds-p99", stored.Percentile(0.99), "ms", new { unit, at = "store" });

            await using var endpoint = await AtEndpoint.Start(database);
            var answered = await endpoint.Measure(units, ct);
            findings.Add("holds", answered.PerSecond, "holds/s", new { unit, at = "endpoint", plain = plain.By }, plain.PerSecond);
            findings.Add("holds", answered.PerSecond, "holds/s", new { unit, at = "endpoint", plain = "echo" }, echoed.PerSecond);
            findings.Add("holds-p99", answered.Percentile(0.99), "ms", new { unit, at = "endpoint" });
        }
        await SellsOut(database, findings, ct);
    }

    /// <summary>Twice as many want it as there are, at two desks at once.</summary>
    static async Task SellsOut(Postgres.Database database, Findings findings, CancellationToken ct)
    {
        const int capacity = 10_000;
        var units = await Units(database, 1, capacity);
        var held = (await Task.WhenAll(AtStore.Hold(database, units, capacity, ct), AtStore.Hold(database, units, capacity, ct))).Sum();
        var taken = await database.Value<int>($"select max(held) from calendar.nights where unit_id = '{units[0]}'");
        findings.Add("oversold", Math.Max(held, taken) - capacity, "units", new { capacity, asked = 2 * capacity });

        var wrong = await database.Value<long>("select count(*) from calendar.nights where held + booked + blocked > capacity");
        if (wrong + Math.Abs(held - capacity) > 0)
            throw new InvalidOperationException($"{held} of {capacity} sold, {wrong} nights beyond their capacity");
    }

    static Task<Guid[]> Units(Postgres.Database database, int count, int capacity = 1_000_000_000) => database.Values<Guid>(
        $"""
        insert into calendar.units (id, listing_id, host_id, kind, capacity, time_zone, check_in_time, check_out_time, min_nights, max_nights,
                                    lead_days, horizon_days, on_sale, definition)
        select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'room', {capacity}, 'Europe/Berlin', '15:00', '11:00', 1, 30, 0, 730,
               true, 1
        from generate_series(1, {count})
        returning id
        """).ContinueWith(ids => ids.Result.ToArray(), TaskScheduler.Default);
}
