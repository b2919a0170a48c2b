using Npgsql;
using Roost.Calendar.Selling;
using Roost.Calendar.Waiting;

namespace Roost.Calendar.Taking;

/// <summary>
/// Locks and reads what a group of requests needs, in two round trips, seldom three, and writes in one what they changed. The same
/// transaction spans all of it.
/// </summary>
sealed class ChartStore(NpgsqlConnection connection)
{
    /// <summary>A backlog of overdue claims is cleared in portions, so that nobody waits long for one who clears it.</summary>
    const int OverdueAtOnce = 500, OverdueInOneSweep = 100;

    /// <param name="sweep">Look at every night of the units for lapsed claims, and leave a unit that is busy to whoever is busy with
    /// it.</param>
    public async Task<Chart> Read(GroupNeeds needs, bool sweep, CancellationToken ct)
    {
        var chart = await LockUnits(needs, sweep, ct);
        await ReadRows(chart, needs, sweep, ct);
        await ReadWhatThoseNeed(chart, needs, ct);
        return chart;
    }

    async Task<Chart> LockUnits(GroupNeeds needs, bool sweep, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                UnitRows.Lock(needs.Units, needs.Claims, needs.Entries, orSkip: sweep), new NpgsqlBatchCommand("select clock_timestamp()"),
            },
        };
        await using var rows = await batch.ExecuteReaderAsync(ct);
        var units = await UnitRows.Read(rows, ct);
        // The clock is read after the wait for the locks: a deadline may have passed meanwhile.
        await rows.NextResultAsync(ct);
        await rows.ReadAsync(ct);
        var chart = new Chart(rows.GetFieldValue<DateTimeOffset>(0));
        foreach (var unit in units) chart.Load(unit);
        return chart;
    }

    async Task ReadRows(Chart chart, GroupNeeds needs, bool sweep, CancellationToken ct)
    {
        var units = chart.Units.Select(u => u.Id).ToArray();
        var atOnce = sweep ? OverdueInOneSweep : OverdueAtOnce;
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                ClaimRows.ById(needs.Claims), ClaimRows.Overdue(sweep ? Ranges.Everything(units) : needs.Nights, chart.Now, atOnce),
                NightRows.Of(needs.Nights), WatcherRows.Waiting(units), WatcherRows.ById(needs.Entries),
            },
        };
        if (needs.Changes.Length > 0) batch.BatchCommands.Add(ChangeRows.ById(needs.Changes));
        if (needs.Conflicts.Count > 0) batch.BatchCommands.Add(ClaimRows.Conflicts(needs.Conflicts));
        if (needs.OffersOf.Length > 0) batch.BatchCommands.Add(ClaimRows.Offers(needs.OffersOf));

        await using var rows = await batch.ExecuteReaderAsync(ct);
        var claims = await ClaimRows.Read(rows, ct);
        if (claims.Exists(c => c.State is ClaimState.Live or ClaimState.Lapsed && !IsLocked(chart, c))) throw new OvertakenException();
        foreach (var claim in claims) chart.Load(claim);
        await rows.NextResultAsync(ct);
        var overdue = await ClaimRows.Read(rows, ct);
        chart.MoreAreOverdue = overdue.Count >= atOnce;
        // One that lapsed just now may reach into a unit that is not locked: the next group finds it.
        foreach (var claim in overdue.Where(c => IsLocked(chart, c))) chart.LoadOverdue(claim);
        await rows.NextResultAsync(ct);
        await NightRows.Read(rows, chart, needs.Nights, ct);
        await rows.NextResultAsync(ct);
        await WatcherRows.Read(rows, chart, ct);
        await rows.NextResultAsync(ct);
        await WatcherRows.Read(rows, chart, ct);
        if (needs.Changes.Length > 0 && await rows.NextResultAsync(ct)) await ChangeRows.Read(rows, chart, ct);
        if (needs.Conflicts.Count > 0 && await rows.NextResultAsync(ct)) await ClaimRows.ReadConflicts(rows, chart, ct);
        if (needs.OffersOf.Length > 0 && await rows.NextResultAsync(ct)) (await ClaimRows.Read(rows, ct)).ForEach(chart.Load);
    }

    /// <summary>
    /// Nights of claims that may be taken again, of changes to be carried out and of whoever waits: known only now, and seldom any. A claim that is overdue has lapsed
    /// by the time it is decided about.
    /// </summary>
    async Task ReadWhatThoseNeed(Chart chart, GroupNeeds needs, CancellationToken ct)
    {
        // A second time for the entries of overdue offers that the first one found.
        for (var round = 1; round <= 2; round++)
        {
            var nights = Ranges.Of(chart.Claims
                .Where(c => c.State == ClaimState.Lapsed || c.Intended.Count > 0 || IsAskedAbout(c)).SelectMany(c => c.Lines.Concat(c.Intended))
                .Concat(chart.Watchers.Where(w => w.State == WatcherState.Waiting).Select(w => w.Nights!.Value))
                .Where(line => !chart.WasRead(line)));
            var entries = chart.Claims.Select(c => c.EntryId).OfType<Guid>().Where(entry => chart.Watcher(entry) is null).ToArray();
            if (nights.Count == 0 && entries.Length == 0) return;

            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands = { ClaimRows.Overdue(nights, chart.Now, OverdueAtOnce), NightRows.Of(nights), WatcherRows.ById(entries) },
            };
            await using var rows = await batch.ExecuteReaderAsync(ct);
            foreach (var claim in (await ClaimRows.Read(rows, ct)).Where(c => IsLocked(chart, c))) chart.LoadOverdue(claim);
            await rows.NextResultAsync(ct);
            await NightRows.Read(rows, chart, nights, ct);
            await rows.NextResultAsync(ct);
            await WatcherRows.Read(rows, chart, ct);
        }

        bool IsAskedAbout(Claim claim) => chart.Overdue.Contains(claim) && needs.Claims.Contains(claim.Id);
    }

    public async Task Write(Chart chart, NpgsqlBatchCommand? outgoing, CancellationToken ct)
    {
        var differences = chart.Differences;
        var changedNights = chart.Nights.Where(n => n.CountersChanged || n.SettingsChanged)
            .OrderBy(n => n.UnitId).ThenBy(n => n.Date).ToList();
        var (old, added) = (changedNights.FindAll(n => n.HasRow), changedNights.FindAll(n => !n.HasRow));

        await using var batch = new NpgsqlBatch(connection);
        // A larger capacity comes before what it makes room for, a smaller one after what was given back.
        foreach (var (before, after) in differences.Units)
        {
            batch.BatchCommands.Add(UnitRows.Define(after));
            if (after.Limit >= before.Limit) batch.BatchCommands.Add(NightRows.Resize(after, after.Today(chart.Now)));
        }
        if (added.Count > 0) batch.BatchCommands.Add(NightRows.Insert(added));
        if (old.FindAll(n => n.CountersChanged) is { Count: > 0 } counted) batch.BatchCommands.Add(NightRows.Count(counted));
        foreach (var (_, after) in differences.Units.Where(u => u.After.Limit < u.Before.Limit))
        {
            batch.BatchCommands.Add(NightRows.Resize(after, after.Today(chart.Now)));
        }
        if (old.FindAll(n => n.SettingsChanged) is { Count: > 0 } set) batch.BatchCommands.Add(NightRows.Set(set));
        if (differences.Exchanged.Count > 0) batch.BatchCommands.Add(ClaimRows.Delete(differences.Exchanged));
        if (differences.Made.Count + differences.Exchanged.Count > 0)
            batch.BatchCommands.Add(ClaimRows.Insert([.. differences.Made, .. differences.Exchanged]));
        if (differences.Changed.Count > 0) batch.BatchCommands.Add(ClaimRows.Update(differences.Changed));
        if (differences.Joined.Count > 0) batch.BatchCommands.Add(WatcherRows.Insert(differences.Joined));
        if (differences.Watchers.Count > 0) batch.BatchCommands.Add(WatcherRows.Update(differences.Watchers));
        if (differences.Changes.Count > 0) batch.BatchCommands.Add(ChangeRows.Insert(differences.Changes));
        if (chart.Touched.Count > 0) batch.BatchCommands.Add(UnitRows.NewVersions([.. chart.Touched.Keys]));
        if (outgoing is not null) batch.BatchCommands.Add(outgoing);
        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(ct);
    }

    static bool IsLocked(Chart chart, Claim claim) => claim.Lines.Concat(claim.Intended).All(l => chart.Unit(l.UnitId) is not null);
}

/// <summary>A claim came into being between the lock and the look: the group is decided again.</summary>
sealed class OvertakenException : Exception;
