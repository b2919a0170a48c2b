using Npgsql;

namespace Roost.Calendar.Taking;

static class UnitRows
{
    /// <summary>
    /// In id order, so that two groups never wait for each other. A claim that has lapsed on one of the wanted units, or of the units of a wanted claim, may have
    /// nights of others, which are locked too, since a claim is given back as a whole.
    /// </summary>
    public static NpgsqlBatchCommand Lock(Guid[] units, Guid[] claims, Guid[] entries, bool orSkip) => new NpgsqlBatchCommand(
        $"""
        select id, listing_id, host_id, kind, capacity, hard_cap, time_zone, check_in_time, check_out_time, min_nights, max_nights, lead_days,
               horizon_days, ticket_date, on_sale, definition, version
        from calendar.units
        where id in (
            select unnest(@units)
            union all select unit_id from calendar.claims where id = any(@claims)
            union all select unit_id from calendar.watchers where entry_id = any(@entries)
            union all select other.unit_id
                from calendar.claims lapsed join calendar.claims other on other.id = lapsed.id
                where lapsed.unit_id = any(@units) and lapsed.state = 'live' and lapsed.kind in ('hold', 'change', 'offer')
                  and lapsed.expires_at <= now()
            union all select other.unit_id
                from calendar.claims mine join calendar.claims lapsed on lapsed.unit_id = mine.unit_id join calendar.claims other on other.id = lapsed.id
                where mine.id = any(@claims) and lapsed.state = 'live' and lapsed.kind in ('hold', 'change', 'offer')
                  and lapsed.expires_at <= now())
        order by id
        for no key update {(orSkip ? "skip locked" : "")}
        """).With("units", units).With("claims", claims).With("entries", entries);

    public static async Task<List<Unit>> Read(NpgsqlDataReader rows, CancellationToken ct)
    {
        List<Unit> units = [];
        while (await rows.ReadAsync(ct))
        {
            units.Add(new Unit(
                rows.GetGuid(0), rows.GetGuid(1), rows.GetGuid(2), Sql.ToUnitKind(rows.GetString(3)), rows.GetInt32(4), rows.Nullable<int>(5),
                rows.GetString(6), rows.GetFieldValue<TimeOnly>(7), rows.GetFieldValue<TimeOnly>(8), rows.GetInt32(9), rows.GetInt32(10), rows.GetInt32(11),
                rows.GetInt32(12), rows.Nullable<DateOnly>(13), rows.GetBoolean(14), rows.GetInt64(15), rows.GetInt64(16)));
        }
        return units;
    }

    public static NpgsqlBatchCommand NewVersions(IReadOnlyCollection<Guid> units) => new NpgsqlBatchCommand(
        "update calendar.units set version = version + 1 where id = any(@units)").With("units", units.ToArray());

    public static NpgsqlBatchCommand Define(Unit unit) => new NpgsqlBatchCommand(
        """
        update calendar.units
        set listing_id = @listing_id, host_id = @host_id, kind = @kind, capacity = @capacity, hard_cap = @hard_cap, time_zone = @time_zone,
            check_in_time = @check_in_time, check_out_time = @check_out_time, min_nights = @min_nights, max_nights = @max_nights, lead_days = @lead_days,
            horizon_days = @horizon_days, ticket_date = @ticket_date, on_sale = @on_sale, definition = @definition
        where id = @id
        """)
        .With("id", unit.Id).With("listing_id", unit.ListingId).With("host_id", unit.HostId).With("kind", unit.Kind.InSql()).With("capacity", unit.Capacity)
        .With("hard_cap", unit.HardCap).With("time_zone", unit.TimeZone).With("check_in_time", unit.CheckInTime).With("check_out_time", unit.CheckOutTime)
        .With("min_nights", unit.MinNights).With("max_nights", unit.MaxNights).With("lead_days", unit.LeadDays).With("horizon_days", unit.HorizonDays)
        .With("ticket_date", unit.TicketDate).With("on_sale", unit.OnSale).With("definition", unit.Definition);
}
