using Npgsql;
using Roost.Calendar.Taking;

namespace Roost.Calendar.Lapsing;

/// <summary>
/// Gives back what nobody asked for since it lapsed, so that it is offered to whoever waits and shown as free. Nothing depends on it:
/// whoever wants such nights takes them without it. Any number of them may run; a unit that is locked is left alone.
/// </summary>
public sealed class Sweeper(NpgsqlDataSource database, Clerk clerk, TimeProvider clock, ILogger<Sweeper> log) : BackgroundService
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            try
            {
                await SweepAll(stopping);
            }
            catch (NpgsqlException e)
            {
                log.LogWarning(e, "Sweeping was interrupted and goes on in {Seconds} s", Every.TotalSeconds);
            }
        }
    }

    /// <summary>Until nothing overdue is left, or what is left is locked by others.</summary>
    public async Task SweepAll(CancellationToken ct)
    {
        HashSet<Guid> left = [];
        while (await UnitsWithOverdue(except: left, ct) is { Length: > 0 } units)
        {
            if (!await clerk.Sweep(units, ct)) left.UnionWith(units);
        }
    }

    async Task<Guid[]> UnitsWithOverdue(HashSet<Guid> except, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select distinct unit_id from (
                select unit_id from calendar.claims
                where state = 'live' and kind in ('hold', 'change', 'offer')
                  and expires_at at time zone 'UTC' <= clock_timestamp() at time zone 'UTC'
                  and unit_id <> all(@except)
                order by expires_at at time zone 'UTC'
                limit 100) overdue
            """);
        command.Parameters.AddWithValue("except", except.ToArray());
        await using var rows = await command.ExecuteReaderAsync(ct);
        List<Guid> units = [];
        while (await rows.ReadAsync(ct)) units.Add(rows.GetGuid(0));
        return [.. units];
    }
}
