using Npgsql;

namespace Roost.Calendar.Taking;

static class NightRows
{
    public static NpgsqlBatchCommand Of(IReadOnlyList<Line> ranges) => new NpgsqlBatchCommand(
        """
        select n.unit_id, n.night, n.capacity, n.held + n.booked + n.blocked, n.price, n.min_stay, n.closed, n.reason
        from unnest(@units, @first, @until) as range (unit_id, first, until)
        join calendar.nights n on n.unit_id = range.unit_id and n.night >= range.first and n.night < range.until
        """)
        .With("units", ranges.Select(r => r.UnitId).ToArray()).With("first", ranges.Select(r => r.CheckIn).ToArray())
        .With("until", ranges.Select(r => r.CheckOut).ToArray());

    public static async Task Read(NpgsqlDataReader rows, Chart chart, IReadOnlyList<Line> ranges, CancellationToken ct)
    {
        foreach (var range in ranges) chart.LoadRange(range);
        while (await rows.ReadAsync(ct))
        {
            var settings = new NightSettings(rows.Nullable<long>(4), rows.Nullable<int>(5), rows.GetBoolean(6), rows.Text(7));
            chart.LoadNight(rows.GetGuid(0), rows.GetFieldValue<DateOnly>(1), rows.GetInt32(2), rows.GetInt32(3), settings);
        }
    }

    public static NpgsqlBatchCommand Insert(IReadOnlyList<Night> nights) => new NpgsqlBatchCommand(
        """
        insert into calendar.nights (unit_id, night, capacity, held, booked, blocked, price, min_stay, closed, reason)
        select * from unnest(@units, @nights, @capacity, @held, @booked, @blocked, @price, @min_stay, @closed, @reason)
        """).Having(nights)
        .With("capacity", nights.Select(n => n.Capacity).ToArray()).WithCounters(nights).WithSettings(nights);

    /// <summary>By differences, never to a value: what the database has is what counts.</summary>
    public static NpgsqlBatchCommand Count(IReadOnlyList<Night> nights) => new NpgsqlBatchCommand(
        """
        update calendar.nights n
        set held = n.held + d.held, booked = n.booked + d.booked, blocked = n.blocked + d.blocked
        from unnest(@units, @nights, @held, @booked, @blocked) as d (unit_id, night, held, booked, blocked)
        where n.unit_id = d.unit_id and n.night = d.night
        """).Having(nights).WithCounters(nights);

    public static NpgsqlBatchCommand Set(IReadOnlyList<Night> nights) => new NpgsqlBatchCommand(
        """
        update calendar.nights n
        set price = d.price, min_stay = d.min_stay, closed = d.closed, reason = d.reason
        from unnest(@units, @nights, @price, @min_stay, @closed, @reason) as d (unit_id, night, price, min_stay, closed, reason)
        where n.unit_id = d.unit_id and n.night = d.night
        """).Having(nights).WithSettings(nights);

    public static NpgsqlBatchCommand Resize(Unit unit, DateOnly today) => new NpgsqlBatchCommand(
        "update calendar.nights set capacity = @capacity where unit_id = @unit and night >= @today")
        .With("unit", unit.Id).With("capacity", unit.Limit).With("today", today);

    static NpgsqlBatchCommand Having(this NpgsqlBatchCommand command, IReadOnlyList<Night> nights) => command
        .With("units", nights.Select(n => n.UnitId).ToArray()).With("nights", nights.Select(n => n.Date).ToArray());

    static NpgsqlBatchCommand WithCounters(this NpgsqlBatchCommand command, IReadOnlyList<Night> nights) => command
        .With("held", nights.Select(n => n.Held).ToArray()).With("booked", nights.Select(n => n.Booked).ToArray())
        .With("blocked", nights.Select(n => n.Blocked).ToArray());

    static NpgsqlBatchCommand WithSettings(this NpgsqlBatchCommand command, IReadOnlyList<Night> nights) => command
        .With("price", nights.Select(n => n.Settings.Price).ToArray()).With("min_stay", nights.Select(n => n.Settings.MinStay).ToArray())
        .With("closed", nights.Select(n => n.Settings.Closed).ToArray()).With("reason", nights.Select(n => n.Settings.Reason).ToArray());
}
