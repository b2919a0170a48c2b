using Roost.Bus.Tests.Running;
using Roost.Servers;

namespace Roost.Bus.Tests.Crashing;

/// <summary>
/// What became of the trips. Each has four steps, each a row written by a handler together with the outbox: a row that is missing is a
/// message lost, a row too many is an effect doubled.
/// </summary>
sealed class Books(World world)
{
    public Task Open() => world.Database.Execute("create table journal (trip int not null, what text not null)");

    /// <summary>How many of the trips from this one on have come to their end.</summary>
    public Task<long> Ended(int from = 0) =>
        world.Database.Value<long>($"select count(distinct trip) from journal where what = 'arrival heard of' and trip >= {from}");

    public Task<long> Steps() => world.Database.Value<long>("select count(*) from journal");

    public async Task EveryStepOfEachHappenedOnce(int trips, TimeSpan within)
    {
        await Eventually.Sees(() => Ended(), ended => ended == trips, within);
        // What a trip's end has overtaken may still be held by an endpoint that waits for its database.
        await Eventually.Sees(Steps, steps => steps >= trips * 4L, within);
        await Eventually.Is(async () => await world.Broker.Depth("Victim") + await world.Broker.Depth("Witness") == 0);
        using (Assert.EnterMultipleScope())
        {
            const string NotOnce = "select trip || ' ' || what || ' ' || count(*) from journal group by trip, what having count(*) <> 1";
            Assert.That(await world.Database.Values<string>(NotOnce), Is.Empty);
            Assert.That(await Steps(), Is.EqualTo(trips * 4));
            Assert.That(await world.Database.Value<long>("""select count(*) from "Victim_Trip" """), Is.Zero);
            Assert.That(await world.Broker.Depth("error"), Is.Zero);
        }
    }
}
