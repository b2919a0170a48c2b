using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Roost.Bus.RabbitMQ.Connecting;

/// <summary>Declaring and binding: on the connection that is up, or on a short-lived one of its own, waiting a while for a broker that is not there.</summary>
sealed class Administration(BrokerSettings settings, Func<BrokerConnection?> connected, TimeProvider clock, ILogger log)
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task Do(Func<IChannel, CancellationToken, Task> work, CancellationToken ct)
    {
        if (connected() is { } open)
        {
            await On(open, work, ct);
            return;
        }
        await using var own = await Open(ct);
        await On(own, work, ct);
    }

    async Task<BrokerConnection> Open(CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            try
            {
                return await BrokerConnection.Open(settings, $"{settings.EndpointName} Administration", log, ct);
            }
            catch (BrokerUnreachableException e) when (clock.GetElapsedTime(started) < settings.PatienceAtStart && !Refusal.IsFinal(e))
            {
                log.LogWarning("{Broker} cannot be reached, trying again: {Reason}", settings.Address, (e.InnerException ?? e).Message);
                await Task.Delay(Pause, ct);
            }
        }
    }

    static async Task On(BrokerConnection connection, Func<IChannel, CancellationToken, Task> work, CancellationToken ct)
    {
        await using var channel = await connection.OpenChannel(withConfirms: false, ct);
        await work(channel, ct);
    }
}
