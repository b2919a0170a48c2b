using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using Roost.Bus.Persistence;

namespace Roost.Bus.PostgreSql.Outbox;

/// <summary>
/// Finds rows that were committed but, it seems, never dispatched. The official table does not say when a row was written, so a row
/// counts as forgotten when this instance has seen it undispatched twice, some while apart. Being wrong is harmless: the same ids
/// are sent again. What stays undispatched all the same is given out at growing intervals, and never stands before the others.
/// </summary>
sealed partial class UndispatchedScan(StorageSettings settings, ILogger logger) : IAsyncDisposable
{
    const int SeenAtOnce = 2_000;
    static readonly TimeSpan LongestInterval = TimeSpan.FromMinutes(10);
    const int Purpose = 0x4E53_5344; // tells this advisory lock from those of others

    // One instance at a time hands out forgotten rows, and keeps the right to until its next scan: by then they are marked.
    readonly string tryLock = $"select pg_try_advisory_lock({Purpose}, '{settings.Tables.Outbox}'::regclass::oid::int)";
    readonly string unlock = $"select pg_advisory_unlock({Purpose}, '{settings.Tables.Outbox}'::regclass::oid::int)";
    readonly string seeUndispatched = $"""
        select "MessageId" from {settings.Tables.Outbox}
        where "Dispatched" = false and "MessageId" > $1
        order by "MessageId" limit {SeenAtOnce}
        """;
    readonly string load = $"""
        select "MessageId", "Operations" from {settings.Tables.Outbox} where "Dispatched" = false and "MessageId" = any ($1)
        """;

    readonly Dictionary<string, Sighting> sightings = [];
    string after = "";
    int round;
    NpgsqlConnection? holdsLock;

    public async Task<IReadOnlyList<StoredMessage>> Find(CancellationToken ct)
    {
        List<StoredMessage> found = [];
        try
        {
            if (await Lock(ct) is not { } connection) return found;
            var forgotten = await Forgotten(connection, ct);
            if (forgotten.Length > 0) found = await Load(connection, forgotten, ct);
            return found;
        }
        finally
        {
            if (found.Count == 0) await Unlock();
        }
    }

    /// <summary>Looks at one page of the rows, at the next one the next time; those that have been due for longest go first.</summary>
    async Task<string[]> Forgotten(NpgsqlConnection connection, CancellationToken ct)
    {
        var page = await Page(connection, ct);
        var now = settings.Clock.GetTimestamp();
        var due = new List<(string Id, TimeSpan For)>();
        foreach (var id in page)
        {
            var sighting = sightings.TryGetValue(id, out var known) ? known : new Sighting(now, settings.RedispatchAfter);
            sightings[id] = sighting with { Round = round };
            var dueFor = settings.Clock.GetElapsedTime(sighting.Since, now) - sighting.Interval;
            if (dueFor >= TimeSpan.Zero) due.Add((id, dueFor));
        }
        if (page.Count == SeenAtOnce) after = page[^1];
        else BeginAnew();

        var forgotten = due.OrderByDescending(row => row.For).Take(IPersistence.MostUndispatched).Select(row => row.Id).ToArray();
        foreach (var id in forgotten) sightings[id] = sightings[id].GivenOut(now);
        return forgotten;
    }

    async Task<List<string>> Page(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(seeUndispatched, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = after, NpgsqlDbType = NpgsqlDbType.Varchar });
        await using var rows = await command.ExecuteReaderAsync(ct);
        var page = new List<string>();
        while (await rows.ReadAsync(ct)) page.Add(rows.GetString(0));
        return page;
    }

    /// <summary>Rows that were not seen in a whole round are dispatched.</summary>
    void BeginAnew()
    {
        foreach (var (id, sighting) in sightings)
            if (sighting.Round != round) sightings.Remove(id);
        after = "";
        round++;
    }

    async Task<List<StoredMessage>> Load(NpgsqlConnection connection, string[] ids, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(load, connection);
        var array = NpgsqlDbType.Array | NpgsqlDbType.Varchar;
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = ids, NpgsqlDbType = array });
        await using var rows = await command.ExecuteReaderAsync(ct);
        var found = new List<StoredMessage>();
        while (await rows.ReadAsync(ct))
        {
            var id = rows.GetString(0);
            try
            {
                found.Add(new StoredMessage(id, Dispatched: false, OperationsJson.Read(id, rows.GetString(1))));
            }
            catch (Exception e)
            {
                // One row of a type that is gone must not keep the others from leaving.
                LogUnreadable(e, id);
            }
        }
        return found;
    }

    async Task<NpgsqlConnection?> Lock(CancellationToken ct)
    {
        if (holdsLock is not null) return holdsLock;
        var connection = await settings.Open(ct);
        try
        {
            await using var command = new NpgsqlCommand(tryLock, connection);
            if (await command.ExecuteScalarAsync(ct) is true) holdsLock = connection;
            return holdsLock;
        }
        finally
        {
            if (holdsLock is null) await connection.DisposeAsync();
        }
    }

    /// <summary>By name, because not every pool resets what it takes back.</summary>
    async Task Unlock()
    {
        if (holdsLock is not { } connection) return;
        holdsLock = null;
        try
        {
            await using var command = new NpgsqlCommand(unlock, connection);
            await command.ExecuteNonQueryAsync();
        }
        catch (NpgsqlException)
        {
            // With the connection the lock is gone as well.
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await Unlock();

    /// <param name="Since">When it was first seen, or last given out.</param>
    /// <param name="Interval">How long after that it is due.</param>
    sealed record Sighting(long Since, TimeSpan Interval)
    {
        public int Round { get; init; }
        public bool WasGivenOut { get; init; }

        /// <summary>What could not be read or sent this time will, most likely, not be the next time either.</summary>
        public Sighting GivenOut(long now) => this with
        {
            Since = now,
            Interval = !WasGivenOut ? Interval : Interval * 2 < LongestInterval ? Interval * 2 : LongestInterval,
            WasGivenOut = true,
        };
    }

    [LoggerMessage(LogLevel.Error, "The operations stored for message {MessageId} cannot be read, so they are not sent.")]
    partial void LogUnreadable(Exception e, string messageId);
}
