using Npgsql;
using Roost.Calendar.Taking;

namespace Roost.Calendar.Waiting;

static class WatcherRows
{
    static readonly string[] States = ["waiting", "offered", "served", "lapsed", "stopped"];

    /// <summary>
    /// The first in line of each unit. So many that nobody who could be served is left out, few enough for a sold-out event.
    /// </summary>
    public static NpgsqlBatchCommand Waiting(Guid[] units) => new NpgsqlBatchCommand(
        """
        select w.entry_id, w.unit_id, lower(w.stay), upper(w.stay), w.quantity, w.priority, w.joined_at, w.offer_for, w.state,
               w.offer_id, w.overtaken_by
        from unnest(@units) as unit (id)
        cross join lateral (
            select * from calendar.watchers where unit_id = unit.id and state = 'waiting'
            order by priority desc, joined_at, entry_id limit 1000) w
        """).With("units", units);

    public static NpgsqlBatchCommand ById(Guid[] entries) => new NpgsqlBatchCommand(
        """
        select entry_id, unit_id, lower(stay), upper(stay), quantity, priority, joined_at, offer_for, state, offer_id, overtaken_by
        from calendar.watchers where entry_id = any(@entries)
        """).With("entries", entries);

    public static async Task Read(NpgsqlDataReader rows, Chart chart, CancellationToken ct)
    {
        while (await rows.ReadAsync(ct))
        {
            Line? nights = rows.IsDBNull(1)
                ? null
                : new(rows.GetGuid(1), rows.GetFieldValue<DateOnly>(2), rows.GetFieldValue<DateOnly>(3), rows.GetInt32(4));
            chart.Load(new Watcher(
                rows.GetGuid(0), nights, rows.GetInt32(5), rows.GetFieldValue<DateTimeOffset>(6), rows.GetFieldValue<TimeSpan>(7),
                (WatcherState)Array.IndexOf(States, rows.GetString(8)), rows.Nullable<Guid>(9), rows.Nullable<Guid>(10)));
        }
    }

    public static NpgsqlBatchCommand Insert(IReadOnlyCollection<Watcher> watchers) => new NpgsqlBatchCommand(
        """
        insert into calendar.watchers (entry_id, unit_id, stay, quantity, priority, joined_at, offer_for, state, offer_id)
        select entry_id, unit_id, daterange(check_in, check_out), quantity, priority, joined_at, offer_for, state, offer_id
        from unnest(@entries, @units, @check_in, @check_out, @quantity, @priority, @joined_at, @offer_for, @state, @offer_id)
            as w (entry_id, unit_id, check_in, check_out, quantity, priority, joined_at, offer_for, state, offer_id)
        """)
        .With("entries", watchers.Select(w => w.EntryId).ToArray()).With("units", watchers.Select(w => w.Nights?.UnitId).ToArray())
        .With("check_in", watchers.Select(w => w.Nights?.CheckIn).ToArray()).With("check_out", watchers.Select(w => w.Nights?.CheckOut).ToArray())
        .With("quantity", watchers.Select(w => w.Nights?.Quantity).ToArray()).With("priority", watchers.Select(w => w.Priority).ToArray())
        .With("joined_at", watchers.Select(w => w.JoinedAt.UtcDateTime).ToArray()).With("offer_for", watchers.Select(w => w.OfferFor).ToArray())
        .With("state", watchers.Select(w => States[(int)w.State]).ToArray()).With("offer_id", watchers.Select(w => w.OfferId).ToArray());

    public static NpgsqlBatchCommand Update(IReadOnlyCollection<Watcher> watchers) => new NpgsqlBatchCommand(
        """
        update calendar.watchers w set state = d.state, offer_id = d.offer_id, overtaken_by = d.overtaken_by
        from unnest(@entries, @state, @offer_id, @overtaken_by) as d (entry_id, state, offer_id, overtaken_by)
        where w.entry_id = d.entry_id
        """)
        .With("entries", watchers.Select(w => w.EntryId).ToArray()).With("state", watchers.Select(w => States[(int)w.State]).ToArray())
        .With("offer_id", watchers.Select(w => w.OfferId).ToArray()).With("overtaken_by", watchers.Select(w => w.OvertakenBy).ToArray());
}
