using NServiceBus.Persistence;

namespace Roost.Bus.Persistence;

/// <summary>
/// What is injected as ISynchronizedStorageSession: the transaction of the scope it lives in, which may be opened after the injection
/// (a transactional session of an HTTP request).
/// </summary>
public sealed class StorageScope : ISynchronizedStorageSession
{
    /// <summary>Null until the scope's transaction is open.</summary>
    public ISynchronizedStorageSession? Current { get; internal set; }
}

/// <summary>What handlers see when the endpoint has no persistence.</summary>
sealed class NoStorageSession : ISynchronizedStorageSession
{
    public static NoStorageSession Instance { get; } = new();
}
