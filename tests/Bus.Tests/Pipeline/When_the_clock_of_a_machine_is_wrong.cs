using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Roost.Bus.Tests.Running;
using Roost.Servers;

namespace Roost.Bus.Tests.Pipeline;

/// <summary>P-74: how long something waits is measured by the broker, how old it is by the database; a machine five minutes off changes neither.</summary>
public sealed class When_the_clock_of_a_machine_is_wrong
{
    [TestCase(-5)]
    [TestCase(5)]
    public async Task A_delay_is_as_long_as_it_was_meant_and_what_was_handled_is_as_old_as_it_is(int minutes)
    {
        var (clock, calls) = (new ManualClock(), new Calls());
        clock.Advance(TimeSpan.FromMinutes(minutes));
        await using var world = await World.Create("skew");
        await world.Start("Skewed", (endpoint, _) =>
        {
            endpoint.AddHandler<Waits>();
            endpoint.AddHandler<Arrives>();
        }, services => services.AddSingleton<TimeProvider>(clock).AddSingleton(calls));

        await new Letter("{}", typeof(Wait)).SendTo(world, "Skewed");

        await Eventually.Is(() => calls.Waited > TimeSpan.Zero);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(calls.Waited, Is.InRange(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(60)));
            await Eventually.Is(async () => await world.Database.Value<long>("""select count(*) from "Skewed_OutboxData" where "Dispatched" """) == 2);
            Assert.That(
                await world.Database.Value<long>("""
                    select count(*) from "Skewed_OutboxData" where abs(extract(epoch from (now() at time zone 'utc') - "DispatchedAt")) > 60
                    """),
                Is.Zero, "else the clean-up would take it for minutes older, or younger");
        }
    }

    public sealed record Wait : ICommand;

    public sealed record Over : ICommand;

    public sealed class Calls
    {
        readonly Stopwatch watch = Stopwatch.StartNew();
        TimeSpan sent;

        public TimeSpan Waited { get; private set; }

        public void Sent() => sent = watch.Elapsed;

        public void Arrived() => Waited = watch.Elapsed - sent;
    }

    public sealed class Waits(Calls calls) : IHandleMessages<Wait>
    {
        public Task Handle(Wait message, IMessageHandlerContext context)
        {
            calls.Sent();
            var options = new SendOptions();
            options.RouteToThisEndpoint();
            options.DelayDeliveryWith(TimeSpan.FromSeconds(2));
            return context.Send(new Over(), options);
        }
    }

    public sealed class Arrives(Calls calls) : IHandleMessages<Over>
    {
        public Task Handle(Over message, IMessageHandlerContext context)
        {
            calls.Arrived();
            return Task.CompletedTask;
        }
    }
}
