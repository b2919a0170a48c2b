using System.Reflection;
using Npgsql;
using NpgsqlTypes;
using NServiceBus;
using Roost.Bus.Persistence;
using Roost.Bus.PostgreSql.Tables;

namespace Roost.Bus.PostgreSql.Sagas;

/// <summary>The statements on one saga's table.</summary>
sealed class SagaSql
{
    readonly SagaTable saga;
    readonly StorageSettings settings;
    readonly string sagaTypeVersion;
    readonly string findById, findByCorrelation, insert, update, delete;

    public SagaSql(SagaTable saga, StorageSettings settings)
    {
        this.saga = saga;
        this.settings = settings;
        sagaTypeVersion = FileVersionOf(saga.DataType.Assembly);
        var table = settings.Tables.Saga(saga);
        var correlation = saga.CorrelationProperty is { } property ? TableNames.CorrelationColumn(property) : null;

        // Locked on load, so that messages for one saga queue up in the database instead of overtaking each other and failing.
        const string Columns = """select "Id", "SagaTypeVersion", "Concurrency", "Metadata", "Data" """;
        findById = $"""{Columns} from {table} where "Id" = $1 for update""";
        findByCorrelation = $"""{Columns} from {table} where "{correlation}" = $1 for update""";
        insert = correlation is null
            ? $"""
               insert into {table} ("Id", "Metadata", "Data", "PersistenceVersion", "SagaTypeVersion", "Concurrency")
               values ($1, $2, $3, $4, $5, 1)
               """
            : $"""
               insert into {table} ("Id", "Metadata", "Data", "PersistenceVersion", "SagaTypeVersion", "Concurrency", "{correlation}")
               values ($1, $2, $3, $4, $5, 1, $6)
               """;

        // The commit travels in the same batch as these two. When they hit no row the division fails,
        // the server skips the rest of the batch, and so a lost update can never be committed.
        update = $"""
            with saved as (
                update {table} set "Data" = $1, "PersistenceVersion" = $2, "SagaTypeVersion" = $3, "Concurrency" = $4 + 1
                where "Id" = $5 and "Concurrency" = $4
                returning 1)
            select 1 / count(*) from saved
            """;
        delete = $"""
            with completed as (
                delete from {table} where "Id" = $1 and "Concurrency" = $2
                returning 1)
            select 1 / count(*) from completed
            """;
    }

    /// <summary>What the division in <see cref="Update"/> and <see cref="Delete"/> says when another message was faster.</summary>
    public const string NoRowHit = PostgresErrorCodes.DivisionByZero;

    public NpgsqlBatchCommand Find(SagaQuery query)
    {
        if (query.SagaId is { } id) return new NpgsqlBatchCommand(findById).With(id, NpgsqlDbType.Uuid);
        var value = query.CorrelationValue ?? throw new InvalidOperationException($"A saga of {saga.DataType} is looked for by no value.");
        return WithCorrelation(new NpgsqlBatchCommand(findByCorrelation), value);
    }

    public NpgsqlBatchCommand Insert(IContainSagaData data)
    {
        var command = new NpgsqlBatchCommand(insert)
            .With(data.Id, NpgsqlDbType.Uuid)
            .With(settings.SagaJson.WriteMetadata(data), NpgsqlDbType.Text)
            .WithJson(settings.SagaJson.WriteData(data), settings.MarkAsJson)
            .With(OfficialVersion.Persistence, NpgsqlDbType.Varchar)
            .With(sagaTypeVersion, NpgsqlDbType.Varchar);
        return saga.CorrelationProperty is null ? command : WithCorrelation(command, CorrelationOf(data));
    }

    public NpgsqlBatchCommand Update(LoadedSaga loaded) => new NpgsqlBatchCommand(update)
        .WithJson(settings.SagaJson.WriteData(loaded.Data), settings.MarkAsJson)
        .With(OfficialVersion.Persistence, NpgsqlDbType.Varchar)
        .With(sagaTypeVersion, NpgsqlDbType.Varchar)
        .With(loaded.Concurrency, NpgsqlDbType.Integer)
        .With(loaded.Data.Id, NpgsqlDbType.Uuid);

    public NpgsqlBatchCommand Delete(LoadedSaga loaded) => new NpgsqlBatchCommand(delete)
        .With(loaded.Data.Id, NpgsqlDbType.Uuid)
        .With(loaded.Concurrency, NpgsqlDbType.Integer);

    public async Task<LoadedSaga?> Read(NpgsqlDataReader rows, CancellationToken ct)
    {
        if (!await rows.ReadAsync(ct)) return null;
        var version = await rows.IsDBNullAsync(1, ct) ? null : rows.GetString(1);
        var data = settings.SagaJson.Read(saga.DataType, rows.GetGuid(0), version, rows.GetString(3), rows.GetString(4));
        return new LoadedSaga(data, rows.GetInt32(2));
    }

    object CorrelationOf(IContainSagaData data) =>
        saga.DataType.GetProperty(saga.CorrelationProperty!)?.GetValue(data)
        ?? throw new InvalidOperationException($"{saga.DataType}.{saga.CorrelationProperty} is null: the saga could never be found again.");

    static NpgsqlBatchCommand WithCorrelation(NpgsqlBatchCommand command, object value) => value switch
    {
        Guid id => command.With(id, NpgsqlDbType.Uuid),
        string text => command.With(text, NpgsqlDbType.Varchar),
        // The column has 32 bits; what does not fit must fail and never be cut off.
        _ => command.With(Convert.ToInt32(value), NpgsqlDbType.Integer),
    };

    static string FileVersionOf(Assembly assembly)
    {
        var version = assembly.GetCustomAttribute<AssemblyFileVersionAttribute>()?.Version;
        return OfficialVersion.FourParts(
            Version.TryParse(version, out var parsed) ? parsed : assembly.GetName().Version ?? new Version(0, 0));
    }
}
