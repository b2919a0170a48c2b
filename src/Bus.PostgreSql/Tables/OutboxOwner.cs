using Npgsql;

namespace Roost.Bus.PostgreSql.Tables;

/// <summary>
/// A message that two endpoints receive has one id. On one outbox the second endpoint would take it for a duplicate and drop it,
/// so the first one writes its name on the table.
/// </summary>
sealed class OutboxOwner(NpgsqlConnection connection, NpgsqlTransaction transaction, StorageSettings settings)
{
    const string OwnedBy = "Outbox of endpoint ";
    readonly string outbox = settings.Tables.Outbox;

    /// <summary>At a start where nobody installs. A table that somebody else made is claimed; one that is not there yet is nobody's.</summary>
    public async Task ClaimIfPresent(CancellationToken ct)
    {
        if (await Value("select to_regclass($1)::text", ct) is null || await IsOurs(ct)) return;
        // Two that start together must not both find it free.
        await Run($"select pg_advisory_xact_lock({Installer.OneAtATime})", ct);
        try
        {
            await Claim(ct);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            // A role that may use the table and not describe it: whoever may will find the name there, or write it.
        }
    }

    public async Task Claim(CancellationToken ct)
    {
        if (!await IsOurs(ct)) await Run($"comment on table {outbox} is '{OwnedBy}{settings.Endpoint.Replace("'", "''")}'", ct);
    }

    /// <returns>False when it is nobody's.</returns>
    async Task<bool> IsOurs(CancellationToken ct)
    {
        if (await Value("select obj_description($1::regclass, 'pg_class')", ct) is not { } comment) return false;
        // A comment of another kind is somebody's own; it says nothing and stays.
        if (!comment.StartsWith(OwnedBy, StringComparison.Ordinal) || comment == OwnedBy + settings.Endpoint) return true;
        throw new InvalidOperationException(
            $"{outbox} is the {comment}. Endpoint {settings.Endpoint} needs a TablePrefix or schema of its own: " +
            "on a shared outbox each endpoint drops what the other has received.");
    }

    async Task<string?> Value(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = outbox });
        return await command.ExecuteScalarAsync(ct) as string;
    }

    async Task Run(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        await command.ExecuteNonQueryAsync(ct);
    }
}
