using System.Net.Sockets;
using Npgsql;
using NServiceBus.Transport;

namespace Roost.Platform.Messaging;

/// <summary>
/// The usual retries, and then the error queue; but what failed only because the world around us is down is no case for a person. It is
/// tried until the world is back, which may take hours.
/// </summary>
public static class RetryPolicy
{
    static readonly TimeSpan longestPause = TimeSpan.FromSeconds(30);
    static readonly TimeSpan patience = TimeSpan.FromDays(1);

    public static RecoverabilityAction Decide(RecoverabilityConfig config, ErrorContext failure)
    {
        var usual = DefaultRecoverabilityPolicy.Invoke(config, failure);
        var isHopeless = usual is not MoveToError || !IsOutage(failure.Exception);
        return isHopeless || longestPause * failure.DelayedDeliveriesPerformed > patience ? usual : RecoverabilityAction.DelayedRetry(longestPause);
    }

    public static bool IsOutage(Exception e) => e switch
    {
        PostgresException database => database.IsTransient && !database.SqlState.StartsWith("40", StringComparison.Ordinal),
        NpgsqlException { IsTransient: true } or SocketException => true,
        HttpRequestException { StatusCode: null or >= System.Net.HttpStatusCode.InternalServerError } => true,
        { InnerException: { } inner } => IsOutage(inner),
        _ => false,
    };
}
