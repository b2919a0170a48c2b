using Microsoft.Extensions.Logging;
using Roost.Bus.Persistence;
using Roost.Bus.PostgreSql.Outbox;
using Roost.Bus.PostgreSql.Tables;

namespace Roost.Bus.PostgreSql;

/// <summary>Sagas and outbox in the tables of the official SQL persistence.</summary>
sealed class PostgreSqlPersistence(StorageSettings settings, ILogger logger) : IPersistence
{
    readonly Statements statements = new(settings);
    readonly DispatchedMarks marks = new(settings, logger);
    readonly UndispatchedScan undispatched = new(settings, logger);
    readonly OutboxCleaner cleaner = new(settings);

    public async Task Install(IReadOnlyCollection<SagaTable> sagas, CancellationToken ct)
    {
        settings.Tables.CheckLengths(sagas);
        if (!settings.Installs) return;
        await using var connection = await settings.Open(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await new Installer(connection, transaction, settings).Install(sagas, ct);
        await transaction.CommitAsync(ct);
    }

    public async Task ClaimTables(CancellationToken ct)
    {
        if (!settings.Outbox) return;
        await using var connection = await settings.Open(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await new OutboxOwner(connection, transaction, settings).ClaimIfPresent(ct);
        await transaction.CommitAsync(ct);
    }

    public async Task<IUnitOfWork> Begin(string messageId, IReadOnlyList<SagaQuery> sagas, CancellationToken ct)
    {
        var unit = new UnitOfWork(statements, messageId);
        try
        {
            await unit.Open(ct);
            await unit.Begin(sagas, ct);
            return unit;
        }
        catch
        {
            await unit.DisposeAsync();
            throw;
        }
    }

    public async Task<IUnitOfWork> BeginSession(string sessionId, CancellationToken ct)
    {
        var unit = new UnitOfWork(statements, sessionId);
        try
        {
            await unit.Open(ct);
            return unit;
        }
        catch
        {
            await unit.DisposeAsync();
            throw;
        }
    }

    public void MarkDispatched(string messageId) => marks.Add(messageId);

    public async Task<IReadOnlyList<StoredMessage>> FindUndispatched(CancellationToken ct) =>
        settings.Outbox ? await undispatched.Find(ct) : [];

    public async Task<int> CleanUp(TimeSpan age, CancellationToken ct) => settings.Outbox ? await cleaner.DeleteOlderThan(age, ct) : 0;

    public async ValueTask DisposeAsync()
    {
        await marks.DisposeAsync();
        await undispatched.DisposeAsync();
    }
}
