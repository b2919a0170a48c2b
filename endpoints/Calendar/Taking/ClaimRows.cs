using Npgsql;

namespace Roost.Calendar.Taking;

static class ClaimRows
{
    const string Columns = "id, unit_id, lower(stay), upper(stay), quantity, kind, state, counted, expires_at, version, entry_id, refusal, note";

    public static NpgsqlBatchCommand ById(Guid[] ids) => new NpgsqlBatchCommand(
        $"select {Columns} from calendar.claims where id = any(@ids) order by id, line").With("ids", ids);

    public static NpgsqlBatchCommand Offers(Guid[] ofUnits) => new NpgsqlBatchCommand(
        $"select {Columns} from calendar.claims where unit_id = any(@units) and state = 'live' and kind = 'offer' order by id, line").With("units", ofUnits);

    /// <summary>Live by their row, past their deadline by the clock, and with nights that somebody wants now.</summary>
    public static NpgsqlBatchCommand Overdue(IReadOnlyList<Line> wanted, DateTimeOffset now, int atMost) => new NpgsqlBatchCommand(
        $"""
        select {Columns} from calendar.claims
        where id in (
            select c.id
            from unnest(@units, @first, @until) as wanted (unit_id, first, until)
            join calendar.claims c on c.unit_id = wanted.unit_id and c.stay && daterange(wanted.first, wanted.until)
            where c.state = 'live' and c.kind in ('hold', 'change', 'offer') and c.expires_at <= @now
            order by c.expires_at
            limit @at_most)
        order by id, line
        """)
        .With("units", wanted.Select(r => r.UnitId).ToArray()).With("first", wanted.Select(r => r.CheckIn).ToArray())
        .With("until", wanted.Select(r => r.CheckOut).ToArray()).With("now", now).With("at_most", atMost);

    public static async Task<List<Claim>> Read(NpgsqlDataReader rows, CancellationToken ct)
    {
        List<Claim> claims = [];
        List<Line> lines = [], intended = [];
        while (await rows.ReadAsync(ct))
        {
            var id = rows.GetGuid(0);
            if (claims is not [.., var last] || last.Id != id)
            {
                (lines, intended) = ([], []);
                claims.Add(new Claim(id)
                {
                    Lines = lines,
                    Intended = intended,
                    Kind = Sql.ToKind(rows.GetString(5)),
                    State = Sql.ToState(rows.GetString(6)),
                    ExpiresAt = rows.Nullable<DateTimeOffset>(8),
                    Version = rows.GetInt32(9),
                    EntryId = rows.Nullable<Guid>(10),
                    Refusal = Sql.ToRefused(rows.Text(11)),
                    Note = rows.Text(12),
                });
            }
            if (rows.IsDBNull(1)) continue;
            var line = new Line(rows.GetGuid(1), rows.GetFieldValue<DateOnly>(2), rows.GetFieldValue<DateOnly>(3), rows.GetInt32(4));
            (rows.GetBoolean(7) ? lines : intended).Add(line);
        }
        return claims;
    }

    /// <summary>Bookings, blocks and live holds of these nights, the nearest first.</summary>
    public static NpgsqlBatchCommand Conflicts(IReadOnlyList<Line> wanted) => new NpgsqlBatchCommand(
        """
        select wanted.unit_id, c.id, c.kind, lower(c.stay), upper(c.stay)
        from unnest(@units, @first, @until) as wanted (unit_id, first, until)
        cross join lateral (
            (select id, kind, stay from calendar.claims
             where unit_id = wanted.unit_id and state = 'live' and kind in ('booking', 'block', 'feed')
               and upper(stay) > wanted.first and lower(stay) < wanted.until
             order by upper(stay) limit 20)
            union all
            (select id, kind, stay from calendar.claims
             where unit_id = wanted.unit_id and state = 'live' and kind in ('hold', 'change', 'offer')
               and stay && daterange(wanted.first, wanted.until)
             limit 20)) c
        """)
        .With("units", wanted.Select(r => r.UnitId).ToArray()).With("first", wanted.Select(r => r.CheckIn).ToArray())
        .With("until", wanted.Select(r => r.CheckOut).ToArray());

    public static async Task ReadConflicts(NpgsqlDataReader rows, Chart chart, CancellationToken ct)
    {
        while (await rows.ReadAsync(ct))
        {
            chart.LoadConflict(rows.GetGuid(0), new Conflict(
                rows.GetGuid(1), Sql.ToKind(rows.GetString(2)), rows.GetFieldValue<DateOnly>(3), rows.GetFieldValue<DateOnly>(4)));
        }
    }

    /// <summary>A claim that somebody else inserted meanwhile is a unique violation here, and the whole group is decided again.</summary>
    public static NpgsqlBatchCommand Insert(IReadOnlyCollection<Claim> claims)
    {
        var rows = claims.SelectMany(Rows).ToList();
        return new NpgsqlBatchCommand(
            """
            insert into calendar.claims (id, line, unit_id, stay, quantity, kind, state, counted, expires_at, version, entry_id, refusal, note)
            select id, line, unit_id, daterange(check_in, check_out), quantity, kind, state, counted, expires_at, version, entry_id, refusal::json, note
            from unnest(@ids, @lines, @units, @check_in, @check_out, @quantity, @kind, @state, @counted, @expires_at, @version, @entry_id, @refusal, @note)
                as c (id, line, unit_id, check_in, check_out, quantity, kind, state, counted, expires_at, version, entry_id, refusal, note)
            """)
            .With("ids", rows.Select(r => r.Claim.Id).ToArray()).With("lines", rows.Select(r => r.Number).ToArray())
            .With("units", rows.Select(r => r.Line?.UnitId).ToArray()).With("check_in", rows.Select(r => r.Line?.CheckIn).ToArray())
            .With("check_out", rows.Select(r => r.Line?.CheckOut).ToArray()).With("quantity", rows.Select(r => r.Line?.Quantity).ToArray())
            .With("kind", rows.Select(r => r.Claim.Kind.InSql()).ToArray()).With("state", rows.Select(r => r.Claim.State.InSql()).ToArray())
            .With("counted", rows.Select(r => r.Counted).ToArray()).With("expires_at", rows.Select(r => r.Claim.ExpiresAt?.UtcDateTime).ToArray())
            .With("version", rows.Select(r => r.Claim.Version).ToArray()).With("entry_id", rows.Select(r => r.Claim.EntryId).ToArray())
            .With("refusal", rows.Select(r => r.Claim.Refusal.InSql()).ToArray()).With("note", rows.Select(r => r.Claim.Note).ToArray());
    }

    public static NpgsqlBatchCommand Update(IReadOnlyCollection<Claim> claims) => new NpgsqlBatchCommand(
        """
        update calendar.claims c
        set kind = d.kind, state = d.state, expires_at = d.expires_at, version = d.version
        from unnest(@ids, @kind, @state, @expires_at, @version) as d (id, kind, state, expires_at, version)
        where c.id = d.id
        """)
        .With("ids", claims.Select(c => c.Id).ToArray()).With("kind", claims.Select(c => c.Kind.InSql()).ToArray())
        .With("state", claims.Select(c => c.State.InSql()).ToArray()).With("expires_at", claims.Select(c => c.ExpiresAt?.UtcDateTime).ToArray())
        .With("version", claims.Select(c => c.Version).ToArray());

    public static NpgsqlBatchCommand Delete(IReadOnlyCollection<Claim> claims) => new NpgsqlBatchCommand(
        "delete from calendar.claims where id = any(@ids)").With("ids", claims.Select(c => c.Id).ToArray());

    static IEnumerable<(Claim Claim, short Number, Line? Line, bool Counted)> Rows(Claim claim)
    {
        short number = 0;
        foreach (var line in claim.Lines) yield return (claim, number++, line, Counted: true);
        foreach (var line in claim.Intended) yield return (claim, number++, line, Counted: false);
        if (number == 0) yield return (claim, number, null, Counted: true);
    }
}
