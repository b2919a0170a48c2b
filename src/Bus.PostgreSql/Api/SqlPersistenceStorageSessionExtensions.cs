using NServiceBus.Persistence;
using NServiceBus.Persistence.Sql;

namespace NServiceBus;

public static class SqlPersistenceStorageSessionExtensions
{
    /// <summary>The connection and transaction that the message in progress is committed with.</summary>
    public static ISqlStorageSession SqlPersistenceSession(this ISynchronizedStorageSession session) =>
        session as ISqlStorageSession ?? throw new InvalidOperationException(
            $"{session.GetType()} is not a session of SqlPersistence. Does the endpoint use it? A fake in a test has to implement ISqlStorageSession too.");
}
