using Microsoft.Extensions.DependencyInjection;
using Roost.Bus.Hosting;
using Roost.Bus.Tests.Running;
using Roost.Bus.Victim;
using Roost.Servers;

namespace Roost.Bus.Tests.Crashing;

/// <summary>P-65: kill -9 between the commit of a transactional session and its dispatch. Nobody sends that web request again.</summary>
public sealed class When_a_web_process_is_killed
{
    [Test]
    public async Task What_it_had_committed_and_not_sent_is_sent_by_the_next()
    {
        await using var world = await World.Create("clerk");
        await world.Database.Execute("create table journal (trip int not null, what text not null)");
        await world.Start(Endpoints.Victim(new(world.Broker.Amqp, world.Database.ConnectionString)));
        await using var link = Link.To(Rabbit.Broker.Host, Rabbit.Broker.Port);
        await using (var clerk = ChildProcess.Start(
            Path.Combine(AppContext.BaseDirectory, "Roost.Bus.Victim.dll"),
            [world.Broker.Through(link.Host, link.Port), world.Database.ConnectionString, "clerk"]))
        {
            await Eventually.Is(async () => await Noted(world, "departed") > 0, TimeSpan.FromSeconds(60));
            link.Cut();
            var before = await Noted(world, "asked for");
            await Eventually.Is(async () => await Noted(world, "asked for") > before);
            await clerk.Kill();
        }
        var (asked, departed) = (await Noted(world, "asked for"), await Noted(world, "departed"));

        var clock = new ManualClock();
        var configuration = Endpoints.Clerk(new(world.Broker.Amqp, world.Database.ConnectionString));
        var next = await world.Start(configuration, services => services.AddSingleton<TimeProvider>(clock));
        var runtime = await next.Services.GetRequiredKeyedService<EndpointInstance>(configuration.Blueprint).Runtime(default);
        await runtime.SendForgotten(default);
        clock.Advance(TimeSpan.FromMinutes(1));
        var sent = await runtime.SendForgotten(default);

        await Eventually.Sees(() => Noted(world, "departed"), departures => departures == asked);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sent, Is.GreaterThan(0), "the kill came in between");
            Assert.That(departed, Is.LessThan(asked));
            Assert.That(
                await world.Database.Values<int>("select trip from journal where what <> 'asked for' group by trip, what having count(*) <> 1"), Is.Empty);
        }
    }

    static Task<long> Noted(World world, string what) => world.Database.Value<long>($"select count(*) from journal where what = '{what}'");
}
