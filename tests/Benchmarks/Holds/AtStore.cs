using Roost.Calendar.Holding;
using Roost.Calendar.Taking;
using Roost.Contracts;
using Roost.Servers;

namespace Roost.Benchmarks.Holds;

/// <summary>At the desk where the handlers ask, in this process.</summary>
static class AtStore
{
    const int Clients = 1500;

    public static async Task<Speed> Measure(Postgres.Database database, Guid[] units, CancellationToken ct)
    {
        await using var connections = ClerkDatabase.Open(database.ConnectionString);
        await using var desk = new FrontDesk(new Clerk(connections, _ => { }));
        return await Load.Of(Clients, client =>
        {
            var random = new Random(client);
            return Task.FromResult<Func<Task>>(async () =>
            {
                if (await desk.Ask(new Hold(Wish.Next(units, random)), ct) is not NightsHeld)
                    throw new InvalidOperationException("there is room for everybody");
            });
        }, ct);
    }

    /// <summary>So many holds as fast as they go; returns how many of them got their nights.</summary>
    public static async Task<int> Hold(Postgres.Database database, Guid[] units, int count, CancellationToken ct)
    {
        await using var connections = ClerkDatabase.Open(database.ConnectionString);
        await using var desk = new FrontDesk(new Clerk(connections, _ => { }));
        var answers = await Task.WhenAll(Enumerable.Range(0, count).Select(i => desk.Ask(new Hold(Wish.Next(units, new Random(i))), ct)));
        return answers.Count(answer => answer is NightsHeld);
    }
}
