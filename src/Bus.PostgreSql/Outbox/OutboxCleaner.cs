using Npgsql;
using NpgsqlTypes;

namespace Roost.Bus.PostgreSql.Outbox;

/// <summary>Forgets messages that were dispatched so long ago that no duplicate of them is to be expected.</summary>
sealed class OutboxCleaner(StorageSettings settings)
{
    const int BatchSize = 4000;

    // The outer condition is looked at again when a row changed under the cleaner: a duplicate has just refreshed it, and it stays.
    readonly string delete = $"""
        delete from {settings.Tables.Outbox}
        where "MessageId" = any (array(
            select "MessageId" from {settings.Tables.Outbox}
            where "Dispatched" = true and "DispatchedAt" < (now() at time zone 'utc') - $1
            order by "DispatchedAt"
            limit {BatchSize}))
        and "Dispatched" = true and "DispatchedAt" < (now() at time zone 'utc') - $1
        """;

    /// <summary>In many small statements, outside a transaction: processing goes on beside it.</summary>
    public async Task<int> DeleteOlderThan(TimeSpan age, CancellationToken ct)
    {
        await using var connection = await settings.Open(ct);
        var total = 0;
        while (true)
        {
            await using var command = new NpgsqlCommand(delete, connection);
            command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = age, NpgsqlDbType = NpgsqlDbType.Interval });
            var deleted = await command.ExecuteNonQueryAsync(ct);
            total += deleted;
            if (deleted < BatchSize) return total;
        }
    }
}
