using NServiceBus.Persistence;
using NServiceBus.Persistence.Sql;

namespace NServiceBus;

public static class SqlPersistenceStorageSessionExtensions
{
    /// <summary>The connection and transaction that the message in progress is committed with.</summary>
    public static ISqlStorageSession SqlPersistenceSession(this ISynchronizedStorageSession session) =>
        session as ISqlStorageSession ?? throw new InvalidOperationException(
            $"No transaction of SqlPersistence is open here, but {session.GetType().Name}: outside of a message a transactional session " +
            "has to be opened first, and a fake in a test has to implement ISqlStorageSession too.");
}
