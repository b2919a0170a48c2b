using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Roost.Bus.RabbitMQ.Sending;
using Roost.Bus.Tests.Running;
using Roost.Bus.Victim;
using Roost.Servers;

namespace Roost.Bus.Tests.Crashing;

/// <summary>
/// Trips without pause through two endpoints with outbox, saga and SQL. A send that was refused is repeated with the same message id, as a
/// careful client does: it may have arrived.
/// </summary>
sealed class Trips : IAsyncDisposable
{
    const int Senders = 8;
    const int UnderWay = 40;
    static readonly TimeSpan ToBegin = TimeSpan.FromSeconds(60);
    static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(20);

    readonly Books books;
    readonly IMessageSession session;
    CancellationTokenSource stopping = new();
    Task sending = Task.CompletedTask;
    int begun;
    int refusals;
    long ended;

    Trips(Books books, IMessageSession session) => (this.books, this.session) = (books, session);

    /// <param name="around">How the endpoints reach their servers; the books are read past any faulty wire.</param>
    public static async Task<Trips> In(World world, Victim.Surroundings around)
    {
        var books = new Books(world);
        await books.Open();
        await world.Start(Endpoints.Witness(around));
        var victim = await world.Start(Endpoints.Victim(around));
        return new Trips(books, victim.Services.GetRequiredService<IMessageSession>());
    }

    /// <summary>Begins trips, as many as can be under way, until the books are closed.</summary>
    public Task SetOut()
    {
        stopping = new();
        sending = Task.WhenAll([Task.Run(Count), .. Enumerable.Range(0, Senders).Select(_ => Task.Run(Send))]);
        return Flow(ToBegin);
    }

    /// <summary>Waits until a trip that begins now goes all its way.</summary>
    public async Task Flow(TimeSpan? within = null)
    {
        var next = Volatile.Read(ref begun);
        await Eventually.Is(async () => await books.Ended(from: next) >= UnderWay / 4, within, ToString);
    }

    /// <summary>Waits until no step has been taken for so long: the fault is felt.</summary>
    public async Task Stand(TimeSpan atLeast)
    {
        var quiet = System.Diagnostics.Stopwatch.StartNew();
        var seen = -1L;
        await Eventually.Is(async () =>
        {
            var steps = await books.Steps();
            if (steps != seen) quiet.Restart();
            seen = steps;
            return quiet.Elapsed > atLeast;
        }, describe: ToString);
    }

    /// <summary>P-65, P-66: none lost, none doubled, none given up.</summary>
    public async Task EachHappenedOnce()
    {
        await stopping.CancelAsync();
        await sending.WaitAsync(TimeSpan.FromSeconds(60));
        TestContext.Out.WriteLine(this);
        await books.EveryStepOfEachHappenedOnce(begun, within: TimeSpan.FromSeconds(60));
    }

    public override string ToString() => $"{begun} trips begun, {refusals} sends refused and repeated, {Volatile.Read(ref ended)} trips ended when last seen";

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(5)));
        stopping.Dispose();
    }

    async Task Send()
    {
        while (!stopping.IsCancellationRequested)
        {
            if (Volatile.Read(ref begun) - Volatile.Read(ref ended) >= UnderWay)
            {
                await Task.Delay(LookAgainAfter);
                continue;
            }
            var trip = Interlocked.Increment(ref begun) - 1;
            while (!await Sent(trip)) Interlocked.Increment(ref refusals);
        }
    }

    async Task<bool> Sent(int trip)
    {
        var options = new SendOptions();
        options.SetMessageId($"trip-{trip}");
        try
        {
            await session.Send(new Depart(trip), options);
            return true;
        }
        catch (MessagesNotSentException)
        {
            return false;
        }
    }

    async Task Count()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                Volatile.Write(ref ended, await books.Ended());
            }
            catch (NpgsqlException)
            {
                // The server is down on purpose.
            }
            await Task.Delay(LookAgainAfter);
        }
    }
}
