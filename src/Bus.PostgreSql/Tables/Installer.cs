using Npgsql;
using Roost.Bus.Persistence;

namespace Roost.Bus.PostgreSql.Tables;

/// <summary>
/// Creates what is missing. What is there is only read: "create index if not exists" locks a table even when it has nothing to do,
/// and a new instance must not stop the running ones.
/// </summary>
sealed class Installer(NpgsqlConnection connection, NpgsqlTransaction transaction, StorageSettings settings)
{
    // Of all installers on a database one works at a time, whatever its schema: schemas and unprefixed index names are shared.
    public const long OneAtATime = 0x4E53_4220_5351_4C31;

    readonly TableNames names = settings.Tables;

    public async Task Install(IReadOnlyCollection<SagaTable> sagas, CancellationToken ct)
    {
        await Run($"select pg_advisory_xact_lock({OneAtATime})", ct);
        var hasSchema = await Exists("select from pg_namespace where nspname = $1", [names.Schema], ct);
        if (!hasSchema) await Run($"create schema \"{names.Schema}\"", ct);

        if (settings.Outbox) await InstallOutbox(ct);
        foreach (var saga in sagas) await InstallSaga(saga, ct);
    }

    async Task InstallOutbox(CancellationToken ct)
    {
        await Complete(TableShape.Outbox(names), ct);
        await new OutboxOwner(connection, transaction, settings).Claim(ct);

        // The official names carry no prefix, and names are unique per schema: only the first outbox in a schema gets these two.
        await Index("Index_DispatchedAt", $"{names.Outbox} (\"DispatchedAt\" asc nulls last)", ct);
        await Index("Index_Dispatched", $"{names.Outbox} (\"Dispatched\" asc nulls last)", ct);

        // These two every outbox gets. They hold only what clean-up and scan look for, so the planner takes them whatever
        // the statistics say; measured on 300 000 rows without statistics it reads the whole table for want of them.
        await Index($"{names.OutboxName}_DispatchedAt", $"{names.Outbox} (\"DispatchedAt\") where \"Dispatched\"", ct);
        await Index($"{names.OutboxName}_Undispatched", $"{names.Outbox} (\"MessageId\") where not \"Dispatched\"", ct);
    }

    async Task InstallSaga(SagaTable saga, CancellationToken ct)
    {
        await Complete(TableShape.Saga(names, saga), ct);
        if (saga.CorrelationProperty is not { } property) return;

        var column = TableNames.CorrelationColumn(property);
        await Index(TableShape.CorrelationIndex(names, saga), $"{names.Saga(saga)} (\"{column}\" asc)", ct, unique: true);
    }

    async Task Complete(TableShape shape, CancellationToken ct)
    {
        var table = $"\"{names.Schema}\".\"{shape.Name}\"";
        var present = await Columns(shape.Name, ct);
        if (present.Count == 0)
        {
            await Run($"create table {table} ({string.Join(", ", shape.Columns.Select(Definition))})", ct);
            return;
        }
        foreach (var column in shape.Columns)
        {
            if (!present.TryGetValue(column.Name, out var type))
                await Run($"alter table {table} add column {Definition(column)}", ct);
            else if (type != column.Type)
                throw new InvalidOperationException($"Column \"{column.Name}\" of {table} is {type}, but has to be {column.Type}.");
        }
    }

    static string Definition(Column column) => $"\"{column.Name}\" {column.Type} {column.Constraint}".TrimEnd();

    async Task<Dictionary<string, string>> Columns(string table, CancellationToken ct)
    {
        await using var command = Command(
            """
            select a.attname::text, format_type(a.atttypid, a.atttypmod)
            from pg_attribute a
            join pg_class c on c.oid = a.attrelid
            join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
            """, [names.Schema, table]);
        await using var rows = await command.ExecuteReaderAsync(ct);
        var columns = new Dictionary<string, string>();
        while (await rows.ReadAsync(ct)) columns.Add(rows.GetString(0), rows.GetString(1));
        return columns;
    }

    async Task Index(string name, string on, CancellationToken ct, bool unique = false)
    {
        if (await Exists("select from pg_indexes where schemaname = $1 and indexname = $2", [names.Schema, name], ct)) return;
        await Run($"create {(unique ? "unique index" : "index")} \"{name}\" on {on}", ct);
    }

    async Task<bool> Exists(string sql, string[] parameters, CancellationToken ct)
    {
        await using var command = Command(sql, parameters);
        await using var rows = await command.ExecuteReaderAsync(ct);
        return await rows.ReadAsync(ct);
    }

    async Task Run(string sql, CancellationToken ct)
    {
        await using var command = Command(sql, []);
        await command.ExecuteNonQueryAsync(ct);
    }

    NpgsqlCommand Command(string sql, string[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection, transaction);
        foreach (var parameter in parameters) command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = parameter });
        return command;
    }
}
