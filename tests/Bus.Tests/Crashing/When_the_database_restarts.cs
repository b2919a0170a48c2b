using Roost.Bus.Tests.Running;
using Roost.Servers;

namespace Roost.Bus.Tests.Crashing;

/// <summary>P-65, P-66. Nobody touches the endpoints: with their database back they work again.</summary>
[Parallelizable]
public sealed class When_the_database_restarts
{
    static readonly TimeSpan ToComeBack = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Under_load_nothing_is_lost_and_nothing_happens_twice_whether_it_failed_or_was_stopped()
    {
        await using var server = await OwnPostgres.Start();
        await using var world = World.On(await Rabbit.NewVhost("restarted"), await server.NewDatabase("restarted"));
        await using var trips = await Trips.In(world, new(world.Broker.Amqp, world.Database.ConnectionString));
        await trips.SetOut();

        await server.StopAtOnce();
        await server.Run();
        await trips.Flow(ToComeBack);

        await server.Stop();
        await server.Run();
        await trips.Flow(ToComeBack);

        await trips.EachHappenedOnce();
    }
}
