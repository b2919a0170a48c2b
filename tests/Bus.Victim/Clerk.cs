using Microsoft.Extensions.DependencyInjection;
using NServiceBus.TransactionalSession;

namespace Roost.Bus.Victim;

/// <summary>One web request after the other: a row in the journal and a command, committed together.</summary>
static class Clerk
{
    public static async Task TakeOrders(IServiceProvider services, CancellationToken ct)
    {
        for (var trip = 0; !ct.IsCancellationRequested; trip++)
        {
            await using var request = services.CreateAsyncScope();
            var session = request.ServiceProvider.GetRequiredService<ITransactionalSession>();
            await session.Open(new SqlPersistenceOpenSessionOptions(), ct);
            await Journal.Note(session.SynchronizedStorageSession.SqlPersistenceSession(), trip, "asked for", ct);
            await session.Send(new Depart(trip), ct);
            await session.Commit(ct);
        }
    }
}
