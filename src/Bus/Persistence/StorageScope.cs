using NServiceBus.Persistence;

namespace Roost.Bus.Persistence;

/// <summary>
/// The transaction of a DI scope. It may be opened after services of the scope were created (a transactional session of an HTTP request),
/// so whoever needs it asks at each use.
/// </summary>
sealed class StorageScope
{
    public ISynchronizedStorageSession Current { get; set; } = NoStorageSession.Instance;
}

/// <summary>What is seen where no transaction is open, or the endpoint has no persistence.</summary>
sealed class NoStorageSession : ISynchronizedStorageSession
{
    public static NoStorageSession Instance { get; } = new();
}
