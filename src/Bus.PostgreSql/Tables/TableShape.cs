using System.Security.Cryptography;
using System.Text;
using Roost.Bus.Persistence;

namespace Roost.Bus.PostgreSql.Tables;

sealed record Column(string Name, string Type, string Constraint = "");

/// <summary>A table as the official scripts make it. The order of the columns counts: both runtimes read the same rows.</summary>
sealed record TableShape(string Name, IReadOnlyList<Column> Columns)
{
    static readonly Column PersistenceVersion = new("PersistenceVersion", "character varying(23)");

    public static TableShape Outbox(TableNames names) => new(names.OutboxName,
    [
        new("MessageId", "character varying(200)", "primary key"),
        new("Dispatched", "boolean", "not null default false"),
        new("DispatchedAt", "timestamp without time zone"),
        PersistenceVersion,
        new("Operations", "jsonb", "not null"),
    ]);

    public static TableShape Saga(TableNames names, SagaTable saga)
    {
        List<Column> columns =
        [
            new("Id", "uuid", "not null primary key"),
            new("Metadata", "text", "not null"),
            new("Data", "jsonb", "not null"),
            PersistenceVersion,
            new("SagaTypeVersion", "character varying(23)"),
            new("Concurrency", "integer", "not null"),
        ];
        if (saga.CorrelationProperty is { } property)
            columns.Add(new Column(TableNames.CorrelationColumn(property), ColumnType(saga)));
        return new TableShape(names.SagaName(saga), columns);
    }

    /// <summary>The official name of the unique index that lets only one saga start per correlation value.</summary>
    public static string CorrelationIndex(TableNames names, SagaTable saga) =>
        $"{names.Prefix}_i_{Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes($"{saga.Suffix}/{saga.CorrelationProperty}")))}";

    // 32 bits for every integer is the official choice; a larger value fails instead of being cut off.
    static string ColumnType(SagaTable saga) => Type.GetTypeCode(saga.CorrelationType) switch
    {
        TypeCode.String => "character varying(200)",
        TypeCode.Int16 or TypeCode.UInt16 or TypeCode.Int32 or TypeCode.UInt32 or TypeCode.Int64 or TypeCode.UInt64 => "integer",
        _ when saga.CorrelationType == typeof(Guid) => "uuid",
        _ => throw new InvalidOperationException(
            $"{saga.DataType}.{saga.CorrelationProperty} is a {saga.CorrelationType}: a saga is found by a Guid, a string or an integer."),
    };
}
