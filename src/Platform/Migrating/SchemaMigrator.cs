using Microsoft.Extensions.Logging;
using Npgsql;
using Roost.Platform.Starting;

namespace Roost.Platform.Migrating;

/// <summary>
/// Brings one schema to the state that its migrations describe. Any number of processes may do it at once: one works, the others wait and
/// find it done. Each migration commits together with its row in the schema's own table, so a crash leaves whole steps only.
/// </summary>
public sealed class SchemaMigrator(string connectionString, string schema, IReadOnlyList<Migration> migrations, ILogger log)
{
    // One lock for all schemas of a database: migrations of two endpoints may both want to create the same extension.
    const long LockKey = 0x526F6F73744D6967; // "RoostMig"
    const int MostTries = 60;
    readonly string schema = schema.All(c => char.IsAsciiLetterLower(c) || c == '_') ? schema : throw new ArgumentException(schema, nameof(schema));

    /// <summary>Returns how many were applied by this call.</summary>
    public async Task<int> Run(CancellationToken ct)
    {
        await using var database = OpenDatabase();
        await using var connection = await database.OpenConnectionAsync(ct);
        await Execute(connection, $"select pg_advisory_lock({LockKey})", ct);
        await Execute(connection,
            $"""
            create schema if not exists {schema};
            create table if not exists {schema}.migrations (
                number     int primary key,
                name       text not null,
                checksum   text not null,        -- of the text that was run: what has happened cannot be edited
                applied_at timestamptz not null default now()
            );
            """, ct);
        var applied = await Applied(connection, ct);
        Check(applied);

        var missing = migrations.Where(m => !applied.ContainsKey(m.Number)).ToList();
        foreach (var migration in missing) await Apply(connection, migration, ct);
        return missing.Count;
    }

    /// <summary>Not pooled: ending it gives the lock back whatever happened.</summary>
    NpgsqlDataSource OpenDatabase() => Databases.Open(
        new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 0, SearchPath = null }, $"migrating {schema}");

    async Task<Dictionary<int, Row>> Applied(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"select number, name, checksum, applied_at from {schema}.migrations", connection);
        await using var rows = await command.ExecuteReaderAsync(ct);
        var applied = new Dictionary<int, Row>();
        while (await rows.ReadAsync(ct))
        {
            applied.Add(rows.GetInt32(0), new Row(rows.GetString(1), rows.GetString(2), rows.GetFieldValue<DateTimeOffset>(3)));
        }
        return applied;
    }

    void Check(Dictionary<int, Row> applied)
    {
        var last = applied.Keys.DefaultIfEmpty(-1).Max();
        foreach (var migration in migrations)
        {
            if (applied.TryGetValue(migration.Number, out var row))
            {
                if (row.Checksum == migration.Checksum) continue;
                throw new CannotStart(
                    $"{migration.Name} was changed after it had been applied to schema {schema} on {row.AppliedAt:yyyy-MM-dd HH:mm}Z: " +
                    "put its text back and write a new migration");
            }
            // A fresh database would run it in another order than this one.
            if (migration.Number < last)
                throw new CannotStart($"{migration.Name} comes before {applied[last].Name}, which schema {schema} has already: give it a higher number");
        }

        // Normal while a new release rolls out: an old process restarts beside new ones.
        var unknown = applied.Where(row => migrations.All(m => m.Number != row.Key)).Select(row => row.Value.Name).ToList();
        if (unknown.Count > 0) log.LogWarning("Schema {Schema} is newer than this program: {Migrations}", schema, unknown);
    }

    async Task Apply(NpgsqlConnection connection, Migration migration, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await ApplyOnce(connection, migration, ct);
                log.LogInformation("Schema {Schema} now has {Migration}", schema, migration.Name);
                return;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable && tries < MostTries)
            {
                log.LogInformation("{Migration} waits for a table that is in use (try {Try})", migration.Name, tries);
                await Task.Delay(TimeSpan.FromSeconds(1), ct);
            }
            catch (PostgresException e)
            {
                throw new CannotStart($"{migration.Name} failed in schema {schema}: {e.MessageText} (SQLSTATE {e.SqlState})", e);
            }
        }
    }

    async Task ApplyOnce(NpgsqlConnection connection, Migration migration, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // A migration that waits for a lock makes everybody behind it wait too: better to step back and come again (P-126).
        await Execute(connection, $"set local search_path to {schema}, public; set local lock_timeout = '2s'", ct);
        await Execute(connection, migration.Sql, ct);
        await using var note = new NpgsqlCommand(
            $"insert into {schema}.migrations (number, name, checksum) values (@number, @name, @checksum)", connection);
        note.Parameters.AddWithValue("number", migration.Number);
        note.Parameters.AddWithValue("name", migration.Name);
        note.Parameters.AddWithValue("checksum", migration.Checksum);
        await note.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }

    static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    sealed record Row(string Name, string Checksum, DateTimeOffset AppliedAt);
}
