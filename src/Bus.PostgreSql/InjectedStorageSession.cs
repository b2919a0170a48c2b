using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using NServiceBus;
using NServiceBus.Persistence;
using NServiceBus.Persistence.Sql;

namespace Roost.Bus.PostgreSql;

/// <summary>
/// The session of the scope, for constructors. They run before a transactional session is opened, so the real one is asked for at each use.
/// </summary>
sealed class InjectedStorageSession(IServiceProvider scope) : ISqlStorageSession
{
    ISqlStorageSession Current => scope.GetRequiredService<ISynchronizedStorageSession>().SqlPersistenceSession();

    public DbConnection Connection => Current.Connection;
    public DbTransaction Transaction => Current.Transaction;

    public void OnSaveChanges(Func<ISqlStorageSession, CancellationToken, Task> callback) => Current.OnSaveChanges(callback);
}
