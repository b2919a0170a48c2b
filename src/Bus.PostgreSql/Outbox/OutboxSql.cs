using System.Data.Common;
using Npgsql;
using NpgsqlTypes;
using Roost.Bus.Persistence;
using Roost.Bus.PostgreSql.Tables;
using Roost.Bus.Transport;

namespace Roost.Bus.PostgreSql.Outbox;

/// <summary>The statements on the outbox that are part of a message's transaction.</summary>
sealed class OutboxSql(TableNames names, Action<DbParameter> markAsJson)
{
    readonly string find = $"""select "Dispatched", "Operations" from {names.Outbox} where "MessageId" = $1""";

    // Waits for a processing of the same message that is under way. When that one commits nothing is inserted, and the find that
    // follows in the batch, with a newer snapshot, sees its row.
    readonly string reserve = $"""
        insert into {names.Outbox} ("MessageId", "Operations", "PersistenceVersion") values ($1, '[]', $2)
        on conflict do nothing
        returning 1
        """;

    readonly string insert = $"""insert into {names.Outbox} ("MessageId", "Operations", "PersistenceVersion") values ($1, $2, $3)""";

    readonly string complete = $"""update {names.Outbox} set "Operations" = $2 where "MessageId" = $1""";

    public NpgsqlBatchCommand Find(string messageId) => new NpgsqlBatchCommand(find).With(messageId, NpgsqlDbType.Varchar);

    public static StoredMessage Read(string messageId, bool dispatched, string operations) =>
        new(messageId, dispatched, dispatched ? [] : OperationsJson.Read(messageId, operations));

    public NpgsqlBatchCommand Reserve(string messageId) => new NpgsqlBatchCommand(reserve)
        .With(messageId, NpgsqlDbType.Varchar)
        .With(OfficialVersion.Persistence, NpgsqlDbType.Varchar);

    public NpgsqlBatchCommand Insert(string messageId, IReadOnlyList<OutgoingOperation> operations) => new NpgsqlBatchCommand(insert)
        .With(messageId, NpgsqlDbType.Varchar)
        .WithJson(OperationsJson.Write(operations), markAsJson)
        .With(OfficialVersion.Persistence, NpgsqlDbType.Varchar);

    public NpgsqlBatchCommand Complete(string messageId, IReadOnlyList<OutgoingOperation> operations) => new NpgsqlBatchCommand(complete)
        .With(messageId, NpgsqlDbType.Varchar)
        .WithJson(OperationsJson.Write(operations), markAsJson);
}
