using NServiceBus.Configuration.AdvancedExtensibility;

namespace NServiceBus.TransactionalSession;

public sealed class SqlPersistenceOpenSessionOptions : OpenSessionOptions;

public static class SqlPersistenceTransactionalSessionExtensions
{
    /// <summary>Lets a scope outside of handlers, a web request, commit rows and messages together.</summary>
    public static PersistenceExtensions<SqlPersistence> EnableTransactionalSession(
        this PersistenceExtensions<SqlPersistence> persistenceExtensions) =>
        persistenceExtensions.EnableTransactionalSession(new TransactionalSessionOptions());

    public static PersistenceExtensions<SqlPersistence> EnableTransactionalSession(
        this PersistenceExtensions<SqlPersistence> persistenceExtensions, TransactionalSessionOptions transactionalSessionOptions)
    {
        persistenceExtensions.GetSettings().Set(transactionalSessionOptions);
        return persistenceExtensions;
    }
}
