using Microsoft.Extensions.DependencyInjection;
using Roost.Bus.Tests.Running;
using Roost.Bus.Victim;
using Roost.Servers;

namespace Roost.Bus.Tests.Crashing;

/// <summary>
/// P-65: kill -9 at random instants under load. There are always two processes of the endpoint, so that what one leaves half done is taken up
/// by the other at once. ROOST_TEST_KILLS says how often; a few times by default.
/// </summary>
[Parallelizable]
public sealed class When_the_process_is_killed
{
    const int UnderWay = 60;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Nothing_is_lost_and_nothing_happens_twice()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("ROOST_TEST_KILLS") ?? "20");
        var seed = Environment.TickCount;
        TestContext.Out.WriteLine($"{kills} kills, seed {seed}");
        var chance = new Random(seed);
        await using var world = await World.Create("killed");
        var books = new Books(world);
        await books.Open();
        await world.Start(Endpoints.Witness(new(world.Broker.Amqp, world.Database.ConnectionString)));
        var session = world.Running[0].Services.GetRequiredService<IMessageSession>();

        var alive = new List<ChildProcess> { Start(world), Start(world) };
        try
        {
            await alive[0].Says("receiving"); // now its queue exists
            var (trips, underLoad) = (0, 0);
            for (var kill = 0; kill < kills; kill++)
            {
                var before = await Taken(world);
                var more = UnderWay - (trips - (int)(before / 2));
                await Task.WhenAll(Enumerable.Range(trips, more).Select(trip => session.Send(new Depart(trip))));
                trips += more;
                var steps = chance.Next(1, UnderWay);
                await Eventually.Is(async () => await Taken(world) >= before + steps, Patience, () => alive[0].Output);
                await Task.Delay(chance.Next(0, 50));

                // Mostly the older, in the middle of its work; sometimes the other, which may still be starting.
                var victim = alive[chance.Next(4) == 0 ? 1 : 0];
                await victim.Kill();
                if (await Taken(world) < trips * 2) underLoad++;
                alive.Remove(victim);
                await victim.DisposeAsync();
                alive.Add(Start(world));
            }
            TestContext.Out.WriteLine($"{underLoad} of {kills} kills came while there was work, {trips} trips");

            await books.EveryStepOfEachHappenedOnce(trips, within: TimeSpan.FromSeconds(90));
            Assert.That(underLoad, Is.GreaterThan(kills / 2), "otherwise this test has tested little");
        }
        finally
        {
            foreach (var process in alive) await process.DisposeAsync();
        }
    }

    /// <summary>Steps that a process of the endpoint that is killed has taken.</summary>
    static Task<long> Taken(World world) =>
        world.Database.Value<long>("select count(*) from journal where what in ('departed', 'arrived')");

    static ChildProcess Start(World world) => ChildProcess.Start(
        Path.Combine(AppContext.BaseDirectory, "Roost.Bus.Victim.dll"), [world.Broker.Amqp, world.Database.ConnectionString, "victim"]);
}
