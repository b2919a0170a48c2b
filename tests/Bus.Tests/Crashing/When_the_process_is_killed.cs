using Microsoft.Extensions.DependencyInjection;
using Roost.Bus.Tests.Running;
using Roost.Bus.Victim;
using Roost.Servers;

namespace Roost.Bus.Tests.Crashing;

/// <summary>P-65: kill -9 at random instants under load. ROOST_TEST_KILLS says how often; a few times by default.</summary>
public sealed class When_the_process_is_killed
{
    const int TripsPerKill = 150;

    [Test]
    public async Task Nothing_is_lost_and_nothing_happens_twice()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("ROOST_TEST_KILLS") ?? "8");
        var seed = Environment.TickCount;
        TestContext.Out.WriteLine($"{kills} kills, seed {seed}");
        var chance = new Random(seed);
        await using var world = await World.Create("killed");
        await world.Database.Execute("create table journal (trip int not null, what text not null)");
        await world.Start(Endpoints.Witness(new(world.Broker.Amqp, world.Database.ConnectionString)));
        await using (var first = Start(world)) await first.Says("receiving"); // now its queue exists
        var session = world.Running[0].Services.GetRequiredService<IMessageSession>();

        var (trips, underLoad) = (0, 0);
        for (var kill = 0; kill < kills; kill++)
        {
            await using var victim = Start(world);
            await Task.WhenAll(Enumerable.Range(trips, TripsPerKill).Select(trip => session.Send(new Depart(trip))));
            trips += TripsPerKill;
            // Mostly in the middle of work, sometimes while it is still starting.
            if (chance.Next(5) > 0) await Progress(world);
            await Task.Delay(chance.Next(0, 150));
            await victim.Kill();
            if (await world.Broker.Depth("Victim") > 0) underLoad++;
        }
        TestContext.Out.WriteLine($"{underLoad} of {kills} kills left messages behind");
        await using var last = Start(world);

        await Eventually.Sees(
            () => world.Database.Value<long>("select count(distinct trip) from journal where what = 'arrival heard of'"),
            heard => heard == trips, TimeSpan.FromSeconds(90));
        await Eventually.Is(async () => await world.Broker.Depth("Victim") + await world.Broker.Depth("Witness") == 0);
        using (Assert.EnterMultipleScope())
        {
            const string NotOnce = "select trip || ' ' || what || ' ' || count(*) from journal group by trip, what having count(*) <> 1";
            Assert.That(await world.Database.Values<string>(NotOnce), Is.Empty);
            Assert.That(await world.Database.Value<long>("select count(*) from journal"), Is.EqualTo(trips * 4));
            Assert.That(await world.Database.Value<long>("""select count(*) from "Victim_Trip" """), Is.Zero);
            Assert.That(await world.Broker.Depth("error"), Is.Zero);
            Assert.That(underLoad, Is.GreaterThan(kills / 2), "otherwise this test has tested little");
        }
    }

    static async Task Progress(World world)
    {
        var before = await Noted(world);
        await Eventually.Is(async () => await Noted(world) > before, TimeSpan.FromSeconds(60));
    }

    static Task<long> Noted(World world) =>
        world.Database.Value<long>("select count(*) from journal where what in ('departed', 'arrived')");

    static ChildProcess Start(World world) => ChildProcess.Start(
        Path.Combine(AppContext.BaseDirectory, "Roost.Bus.Victim.dll"), [world.Broker.Amqp, world.Database.ConnectionString]);
}
