using NServiceBus.Persistence;
using Roost.Bus.Persistence;
using Roost.Bus.Transport;

namespace Roost.Bus.Tests.Running;

/// <summary>Finds nothing and keeps nothing: for rules in which stored state plays no part.</summary>
sealed class NoStorage : PersistenceDefinition, IPersistenceDefinitionFactory<NoStorage>, IPersistence
{
    static NoStorage IPersistenceDefinitionFactory<NoStorage>.Create() => new();

    public override IPersistence CreatePersistence(PersistenceContext context) => this;

    public Task Install(IReadOnlyCollection<SagaTable> sagas, CancellationToken ct) => Task.CompletedTask;

    public Task ClaimTables(CancellationToken ct) => Task.CompletedTask;

    public Task<IUnitOfWork> Begin(string messageId, IReadOnlyList<SagaQuery> sagas, CancellationToken ct) =>
        Task.FromResult<IUnitOfWork>(new Nothing { Sagas = new LoadedSaga?[sagas.Count] });

    public Task<IUnitOfWork> BeginSession(string sessionId, CancellationToken ct) => Task.FromResult<IUnitOfWork>(new Nothing());

    public void MarkDispatched(string messageId)
    {
    }

    public Task<IReadOnlyList<StoredMessage>> FindUndispatched(CancellationToken ct) => Task.FromResult<IReadOnlyList<StoredMessage>>([]);

    public Task<int> CleanUp(TimeSpan age, CancellationToken ct) => Task.FromResult(0);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    sealed class Nothing : IUnitOfWork, ISynchronizedStorageSession
    {
        public StoredMessage? Duplicate => null;
        public IReadOnlyList<LoadedSaga?> Sagas { get; init; } = [];
        public ISynchronizedStorageSession Session => this;

        public Task<IReadOnlyList<LoadedSaga?>> Load(IReadOnlyList<SagaQuery> sagas, CancellationToken ct) =>
            Task.FromResult<IReadOnlyList<LoadedSaga?>>(new LoadedSaga?[sagas.Count]);

        public Task SaveChanges(CancellationToken ct) => Task.CompletedTask;

        public void Insert(SagaTable table, IContainSagaData data)
        {
        }

        public void Update(SagaTable table, LoadedSaga saga)
        {
        }

        public void Delete(SagaTable table, LoadedSaga saga)
        {
        }

        public Task Commit(IReadOnlyList<OutgoingOperation> operations, CancellationToken ct) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
