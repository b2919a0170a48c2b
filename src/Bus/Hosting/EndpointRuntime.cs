using Microsoft.Extensions.Logging;
using Roost.Bus.Persistence;
using Roost.Bus.Pipeline.Outgoing;
using Roost.Bus.Transport;

namespace Roost.Bus.Hosting;

/// <summary>The working parts of an endpoint, put together and connected.</summary>
sealed class EndpointRuntime(
    EndpointBlueprint blueprint, ITransport transport, IPersistence? persistence, OutgoingPipeline outgoing, TimeProvider clock, ILogger logger)
{
    // How long a web request waits for the broker to confirm what is committed already.
    static readonly TimeSpan PatienceAfterCommit = TimeSpan.FromSeconds(2);

    public ITransport Transport => transport;
    public IPersistence? Persistence => persistence;
    public OutgoingPipeline Outgoing => outgoing;

    public string QueueForSubscriptions => blueprint.SendOnly
        ? throw new InvalidOperationException("A send-only endpoint has no queue and cannot subscribe.")
        : blueprint.MainQueue;

    /// <summary>
    /// Sends what a session committed. The commit stands whatever happens here: without a broker the messages leave later.
    /// </summary>
    public async Task SendCommitted(string sessionId, IReadOnlyList<OutgoingOperation> operations)
    {
        var sending = Send();
        if (!blueprint.Outbox)
        {
            await sending; // nothing remembers these messages: the caller has to know
            return;
        }
        try
        {
            await sending.WaitAsync(PatienceAfterCommit, clock);
        }
        catch (Exception failure)
        {
            logger.LogWarning(
                failure, "The messages of session {SessionId} are committed and could not be sent yet; they will be", sessionId);
        }

        async Task Send()
        {
            await transport.Dispatch(operations, CancellationToken.None);
            if (blueprint.Outbox) persistence!.MarkDispatched(sessionId);
        }
    }

    /// <summary>
    /// Sends what was committed by a process that died, or had no broker, before it could; the receivers know repeated ids. As much of it as there is: after
    /// an hour without a broker that may be many thousands.
    /// </summary>
    public async Task<int> SendForgotten(CancellationToken ct)
    {
        var (found, portion) = (0, 0);
        do
        {
            // While nothing can be sent nothing is looked for: each attempt makes the next one come later.
            await transport.Ready(ct);
            portion = await SendPortion(await persistence!.FindUndispatched(ct), ct);
            found += portion;
        } while (portion == IPersistence.MostUndispatched);
        if (found > 0) logger.LogInformation("Sent what {Count} messages had committed and not sent", found);
        return found;
    }

    async Task<int> SendPortion(IReadOnlyList<StoredMessage> forgotten, CancellationToken ct)
    {
        foreach (var message in forgotten)
        {
            try
            {
                await transport.Ready(ct);
                await transport.Dispatch([.. message.Operations.Reverse()], ct);
                persistence!.MarkDispatched(message.MessageId);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                // One that cannot be sent (its queue is gone) does not hold up the others; it is found again.
                logger.LogError(e, "What message {MessageId} had committed could not be sent", message.MessageId);
            }
        }
        return forgotten.Count;
    }

    public async ValueTask DisposeAsync()
    {
        if (persistence is not null) await persistence.DisposeAsync();
        await transport.DisposeAsync();
    }
}
