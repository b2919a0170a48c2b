using System.Data.Common;

namespace Roost.Bus.Persistence;

/// <summary>
/// The storage could not be reached before anything was done for a message. That says nothing about the message, so it costs none of its
/// retries: it waits in its queue until the storage is back.
/// </summary>
sealed class StorageUnavailableException(Exception reason) : Exception("The storage cannot be reached.", reason)
{
    public static bool IsReason(Exception failure) => failure is DbException { IsTransient: true };
}
