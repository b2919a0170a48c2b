using System.Data.Common;
using Npgsql;
using NServiceBus;
using NServiceBus.Persistence;
using NServiceBus.Persistence.Sql;
using Roost.Bus.Persistence;
using Roost.Bus.PostgreSql.Outbox;
using Roost.Bus.PostgreSql.Sagas;
using Roost.Bus.Transport;

namespace Roost.Bus.PostgreSql;

/// <summary>
/// One transaction on one connection: one round trip to load, one to commit, and in between what the handlers do on it.
/// </summary>
sealed class UnitOfWork(Statements statements, string messageId) : IUnitOfWork, ISynchronizedStorageSession, ISqlStorageSession
{
    readonly StorageSettings settings = statements.Settings;
    readonly List<NpgsqlBatchCommand> sagaWrites = [];
    readonly List<Func<ISqlStorageSession, CancellationToken, Task>> beforeCommit = [];
    NpgsqlConnection? connection;
    NpgsqlTransaction? transaction;
    bool startedByMessage;
    bool reserved;

    public StoredMessage? Duplicate { get; private set; }
    public IReadOnlyList<LoadedSaga?> Sagas { get; private set; } = [];
    public ISynchronizedStorageSession Session => this;
    public DbConnection Connection => connection ?? throw TransactionIsOver();
    public DbTransaction Transaction => transaction ?? throw TransactionIsOver();

    public void OnSaveChanges(Func<ISqlStorageSession, CancellationToken, Task> callback) => beforeCommit.Add(callback);

    /// <summary>Costs nothing at the server: Npgsql sends the begin together with the first statement.</summary>
    public async Task Open(CancellationToken ct)
    {
        connection = await settings.Open(ct);
        transaction = await connection.BeginTransactionAsync(settings.IsolationLevel, ct);
    }

    /// <summary>Sagas and duplicate in one round trip.</summary>
    public async Task Begin(IReadOnlyList<SagaQuery> queries, CancellationToken ct)
    {
        startedByMessage = true;
        if (!settings.Outbox)
        {
            Sagas = await Load(queries, ct);
            return;
        }
        await using (var batch = settings.Batch(connection ?? throw TransactionIsOver(), transaction))
        {
            if (settings.Pessimistic) batch.BatchCommands.Add(statements.Outbox.Reserve(messageId));
            AddFinds(batch, queries);
            // After the sagas' locks: a twin of this message that held one has committed by now, and its row is seen.
            batch.BatchCommands.Add(statements.Outbox.Find(messageId));
            await batch.PrepareAsync(ct);

            await using var rows = await batch.ExecuteReaderAsync(ct);
            if (settings.Pessimistic)
            {
                reserved = await rows.ReadAsync(ct);
                await rows.NextResultAsync(ct);
            }
            Sagas = await ReadSagas(rows, queries, ct);
            if (!reserved && await rows.ReadAsync(ct)) Duplicate = OutboxSql.Read(messageId, rows.GetBoolean(0), rows.GetString(1));
        }
        if (Duplicate is not null) await Release();
    }

    public async Task<IReadOnlyList<LoadedSaga?>> Load(IReadOnlyList<SagaQuery> queries, CancellationToken ct)
    {
        if (queries.Count == 0) return [];
        await using var batch = settings.Batch(connection ?? throw TransactionIsOver(), transaction);
        AddFinds(batch, queries);
        await batch.PrepareAsync(ct);
        await using var rows = await batch.ExecuteReaderAsync(ct);
        return await ReadSagas(rows, queries, ct);
    }

    void AddFinds(NpgsqlBatch batch, IReadOnlyList<SagaQuery> queries)
    {
        foreach (var query in queries) batch.BatchCommands.Add(statements.Of(query.Table).Find(query));
    }

    async Task<IReadOnlyList<LoadedSaga?>> ReadSagas(NpgsqlDataReader rows, IReadOnlyList<SagaQuery> queries, CancellationToken ct)
    {
        if (queries.Count == 0) return [];
        var sagas = new LoadedSaga?[queries.Count];
        for (var i = 0; i < sagas.Length; i++)
        {
            sagas[i] = await statements.Of(queries[i].Table).Read(rows, ct);
            await rows.NextResultAsync(ct);
        }
        return sagas;
    }

    public void Insert(SagaTable table, IContainSagaData data) => sagaWrites.Add(statements.Of(table).Insert(data));

    public void Update(SagaTable table, LoadedSaga saga) => sagaWrites.Add(statements.Of(table).Update(saga));

    public void Delete(SagaTable table, LoadedSaga saga) => sagaWrites.Add(statements.Of(table).Delete(saga));

    public async Task SaveChanges(CancellationToken ct)
    {
        // By index: a callback may add another one.
        for (var i = 0; i < beforeCommit.Count; i++) await beforeCommit[i](this, ct);
        beforeCommit.Clear();
    }

    public async Task Commit(IReadOnlyList<OutgoingOperation> operations, CancellationToken ct)
    {
        await SaveChanges(ct);

        await using (var batch = settings.Batch(connection ?? throw TransactionIsOver(), transaction))
        {
            foreach (var write in sagaWrites) batch.BatchCommands.Add(write);
            if (OutboxWrite(operations) is { } row) batch.BatchCommands.Add(row);
            // In a transaction that a handler's swallowed error broke, "commit" would quietly roll back. Any statement before it fails.
            if (batch.BatchCommands.Count == 0) batch.BatchCommands.Add(new NpgsqlBatchCommand("select 1"));
            batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
            await Execute(batch, ct);
        }
        await Release();
    }

    NpgsqlBatchCommand? OutboxWrite(IReadOnlyList<OutgoingOperation> operations)
    {
        if (!settings.Outbox) return null;
        if (reserved) return statements.Outbox.Complete(messageId, operations);
        // Nobody delivers a session a second time, so without operations it needs no row.
        return startedByMessage || operations.Count > 0 ? statements.Outbox.Insert(messageId, operations) : null;
    }

    static async Task Execute(NpgsqlBatch batch, CancellationToken ct)
    {
        try
        {
            await batch.PrepareAsync(ct);
            await batch.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException e) when (e.SqlState == SagaSql.NoRowHit)
        {
            throw new Exception(
                "Optimistic concurrency violation when trying to save or complete a saga: another message changed it in the meantime.", e);
        }
    }

    public ValueTask DisposeAsync() => Release();

    /// <summary>Rolls back what is not committed. The connection goes back before the messages are sent.</summary>
    async ValueTask Release()
    {
        var (open, begun) = (connection, transaction);
        (connection, transaction) = (null, null);
        if (begun is not null) await begun.DisposeAsync();
        if (open is not null) await open.DisposeAsync();
    }

    InvalidOperationException TransactionIsOver() => new($"The transaction of {messageId} is over.");
}
