using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using Roost.Bus.Persistence;

namespace Roost.Bus.PostgreSql.Outbox;

/// <summary>
/// Finds rows that were committed but, it seems, never dispatched. The official table does not say when a row was written, so a row
/// counts as forgotten when this instance has seen it undispatched twice, some while apart. Being wrong is harmless: the same ids
/// are sent again.
/// </summary>
sealed partial class UndispatchedScan(StorageSettings settings, ILogger logger) : IAsyncDisposable
{
    const int SeenAtOnce = 2_000;
    const int FoundAtOnce = 100;
    const int Purpose = 0x4E53_5344; // tells this advisory lock from those of others

    // One instance at a time hands out forgotten rows, and keeps the right to until its next scan: by then they are marked.
    readonly string tryLock = $"select pg_try_advisory_lock({Purpose}, '{settings.Tables.Outbox}'::regclass::oid::int)";
    readonly string unlock = $"select pg_advisory_unlock({Purpose}, '{settings.Tables.Outbox}'::regclass::oid::int)";
    readonly string seeUndispatched = $"""
        select "MessageId" from {settings.Tables.Outbox} where "Dispatched" = false order by "MessageId" limit {SeenAtOnce}
        """;
    readonly string load = $"""
        select "MessageId", "Operations" from {settings.Tables.Outbox} where "Dispatched" = false and "MessageId" = any ($1)
        """;

    Dictionary<string, long> firstSeen = [];
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

    async Task<string[]> Forgotten(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(seeUndispatched, connection);
        await using var rows = await command.ExecuteReaderAsync(ct);
        var now = settings.Clock.GetTimestamp();
        var seen = new Dictionary<string, long>();
        var forgotten = new List<string>();
        while (await rows.ReadAsync(ct))
        {
            var id = rows.GetString(0);
            var since = firstSeen.GetValueOrDefault(id, now);
            if (forgotten.Count < FoundAtOnce && settings.Clock.GetElapsedTime(since, now) >= settings.RedispatchAfter && since != now)
            {
                forgotten.Add(id);
                since = now; // the next attempt gets the same time
            }
            seen.Add(id, since);
        }
        firstSeen = seen;
        return [.. forgotten];
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
                found.Add(new StoredMessage(id, Dispatched: false, OperationsJson.Read(rows.GetString(1))));
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

    [LoggerMessage(LogLevel.Error, "The operations stored for message {MessageId} cannot be read, so they are not sent.")]
    partial void LogUnreadable(Exception e, string messageId);
}
