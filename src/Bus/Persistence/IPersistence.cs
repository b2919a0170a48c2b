using Roost.Bus.Transport;

namespace Roost.Bus.Persistence;

/// <summary>
/// Where sagas and the outbox live. PostgreSQL is the real one. Its operations are cut so that a message costs one round trip
/// to load and one to commit.
/// </summary>
public interface IPersistence : IAsyncDisposable
{
    /// <summary>Creates or completes the tables of these sagas and of the outbox. Repeating it changes nothing.</summary>
    Task Install(IReadOnlyCollection<SagaTable> sagas, CancellationToken ct);

    /// <summary>
    /// Asked at every start, installed or not: refuses tables that another endpoint works on, each of whose messages this one would take for a duplicate.
    /// </summary>
    Task ClaimTables(CancellationToken ct);

    /// <summary>
    /// Opens a transaction, looks for an outbox row of <paramref name="messageId"/> and loads (locked) the sagas asked for, in one round trip.
    /// </summary>
    Task<IUnitOfWork> Begin(string messageId, IReadOnlyList<SagaQuery> sagas, CancellationToken ct);

    /// <summary>Opens a transaction for work that no incoming message started (a transactional session).</summary>
    Task<IUnitOfWork> BeginSession(string sessionId, CancellationToken ct);

    /// <summary>Notes that the operations of these messages have left. Not urgent: it is grouped and done in the background.</summary>
    void MarkDispatched(string messageId);

    /// <summary>How many FindUndispatched gives out at once, if there are so many.</summary>
    const int MostUndispatched = 100;

    /// <summary>
    /// Outbox rows whose operations were committed and, for some while, not marked as dispatched. What stays so is given out again, each time after
    /// a longer while.
    /// </summary>
    Task<IReadOnlyList<StoredMessage>> FindUndispatched(CancellationToken ct);

    /// <summary>Deletes what was dispatched before <paramref name="age"/> ago, by the database's clock; returns how many rows.</summary>
    Task<int> CleanUp(TimeSpan age, CancellationToken ct);
}

/// <summary>One transaction: outbox row, sagas and the handlers' own SQL are committed together or not at all.</summary>
public interface IUnitOfWork : IAsyncDisposable
{
    /// <summary>What an earlier processing of this message committed; null when this is the first.</summary>
    StoredMessage? Duplicate { get; }

    /// <summary>The sagas found for the queries given to Begin, in that order; null where there is none.</summary>
    IReadOnlyList<LoadedSaga?> Sagas { get; }

    NServiceBus.Persistence.ISynchronizedStorageSession Session { get; }

    /// <summary>Loads (locked) more sagas into this transaction: for a body that is two messages at once.</summary>
    Task<IReadOnlyList<LoadedSaga?>> Load(IReadOnlyList<SagaQuery> sagas, CancellationToken ct);

    void Insert(SagaTable table, NServiceBus.IContainSagaData data);
    void Update(SagaTable table, LoadedSaga saga);
    void Delete(SagaTable table, LoadedSaga saga);

    /// <summary>Runs the OnSaveChanges callbacks that have not run yet; before Commit, because they may send messages too.</summary>
    Task SaveChanges(CancellationToken ct);

    /// <summary>
    /// Saves changes, writes sagas and the outbox row and commits: one round trip. Throws when another message changed one of the
    /// sagas, or processed the same message, in the meantime; then nothing of this one remains.
    /// </summary>
    Task Commit(IReadOnlyList<OutgoingOperation> operations, CancellationToken ct);
}

/// <param name="CorrelationProperty">Name and type of the property that finds the saga; null for sagas found only by id.</param>
public sealed record SagaTable(string Suffix, Type DataType, string? CorrelationProperty, Type? CorrelationType);

/// <summary>Find by <paramref name="SagaId"/> when given, else by the value of the correlation property.</summary>
public sealed record SagaQuery(SagaTable Table, Guid? SagaId, object? CorrelationValue);

public sealed record LoadedSaga(NServiceBus.IContainSagaData Data, int Concurrency);

/// <summary>An outbox row. Empty <paramref name="Operations"/> when they are known to have been dispatched.</summary>
public sealed record StoredMessage(string MessageId, bool Dispatched, IReadOnlyList<OutgoingOperation> Operations);
