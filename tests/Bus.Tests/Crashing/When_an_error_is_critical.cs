using Microsoft.Extensions.DependencyInjection;
using Roost.Bus.Tests.Running;
using Roost.Bus.Victim;
using Roost.Servers;

namespace Roost.Bus.Tests.Crashing;

/// <summary>A process whose owner stops it on a critical error ends by itself, cleanly, and its exit code tells the supervisor why.</summary>
public sealed class When_an_error_is_critical
{
    [Test]
    public async Task The_process_stops_cleanly_and_its_exit_code_says_so()
    {
        await using var world = await World.Create("critical");
        await world.Database.Execute("create table journal (trip int not null, what text not null)");
        var witness = await world.Start(Endpoints.Witness(new(world.Broker.Amqp, world.Database.ConnectionString)));
        await using var link = Link.To(Rabbit.Broker.Host, Rabbit.Broker.Port);
        await using (var watched = Start(world, world.Broker.Through(link.Host, link.Port)))
        {
            await watched.Says("receiving");

            link.Cut();

            var exitCode = await watched.WaitForExit(TimeSpan.FromSeconds(40));
            Assert.That(exitCode, Is.EqualTo(3), watched.Output);
            Assert.That(watched.Output, Does.Contain("stopped").And.Not.Contain("Unhandled exception"));
        }

        await witness.Services.GetRequiredService<IMessageSession>().Send(new Depart(1));
        await using var next = Start(world, world.Broker.Amqp);
        await Eventually.Is(async () => await world.Database.Value<long>("select count(*) from journal where what = 'arrival heard of'") == 1);
    }

    static ChildProcess Start(World world, string rabbit) => ChildProcess.Start(
        Path.Combine(AppContext.BaseDirectory, "Roost.Bus.Victim.dll"), [rabbit, world.Database.ConnectionString, "watched"]);
}
