using System.Data.Common;

namespace NServiceBus.Persistence.Sql;

/// <summary>The connection and the transaction of the message in progress: what runs on them is committed with it.</summary>
public interface ISqlStorageSession
{
    DbConnection Connection { get; }
    DbTransaction Transaction { get; }

    /// <summary>Called, in the order of registration, just before the commit.</summary>
    void OnSaveChanges(Func<ISqlStorageSession, CancellationToken, Task> callback);
}

public static class SqlStorageSessionTupleExtensions
{
    public static void Deconstruct(this ISqlStorageSession session, out DbConnection connection, out DbTransaction transaction)
    {
        connection = session.Connection;
        transaction = session.Transaction;
    }
}
