using Roost.Bus.Tests.Running;
using Roost.Bus.Transport;
using Roost.Servers;

namespace Roost.Bus.Tests.Sagas;

/// <summary>What the bus owes to sagas whose messages come in any order. What each order means to a booking is told by the tests of its saga.</summary>
public sealed class When_messages_overtake_each_other
{
    static readonly object[] Story = [new Placed("key"), new Confirmed("key"), new Cancelled("key")];

    Postgres.Database database = null!;
    Workshop workshop = null!;

    [SetUp]
    public async Task An_endpoint_with_a_saga_that_each_of_its_messages_may_start()
    {
        database = await Postgres.NewDatabase("overtaking");
        workshop = await Workshop.Open((endpoint, routing) =>
        {
            endpoint.AddSaga<Booking>();
            endpoint.StoreIn(database);
            routing.RouteToEndpoint(typeof(Undo), "there");
        });
    }

    [TearDown]
    public async Task End()
    {
        await workshop.DisposeAsync();
        await database.DisposeAsync();
    }

    // P-69: a confirmation before the placing, a cancellation before either.
    [TestCase(0, 1, 2)]
    [TestCase(0, 2, 1)]
    [TestCase(1, 0, 2)]
    [TestCase(1, 2, 0)]
    [TestCase(2, 0, 1)]
    [TestCase(2, 1, 0)]
    public async Task The_first_to_come_starts_the_saga_and_the_end_is_the_same(int first, int second, int third)
    {
        foreach (var next in new[] { first, second, third })
        {
            await Deliver(Story[next]);
            Assert.That(await Bookings(), Is.EqualTo(next == third ? 0 : 1), "one saga, whichever came first");
        }

        Assert.That(Undone, Is.EqualTo(1));
    }

    // P-69
    [Test]
    public async Task All_at_once_start_one_saga_and_the_end_is_the_same()
    {
        await Task.WhenAll(Story.Select(message => Task.Run(() => Deliver(message))));

        Assert.That((await Bookings(), Undone), Is.EqualTo((0, 1)));
    }

    // P-68: the key is used again, and what an earlier saga under this key asked for is still on its way.
    [Test]
    public async Task A_timeout_of_a_saga_that_has_ended_does_not_act_on_its_successor()
    {
        await Deliver(new Placed("key"));
        var (old, headers) = LastDeadline();
        foreach (var message in Story[1..]) await Deliver(message);
        await Deliver(new Placed("key"));
        workshop.Sent.Clear();

        var settlement = await workshop.Deliver(old, typeof(Deadline), headers);

        Assert.That((settlement, await Bookings(), workshop.Sent.Count), Is.EqualTo((Settlement.Done, 1, 0)));
    }

    // P-68: of two timeouts of one saga each comes with what it was asked for with, so that the saga can tell that a step is over.
    [Test]
    public async Task A_timeout_of_a_step_that_is_over_can_be_told_from_that_of_the_present_one()
    {
        await Deliver(new Placed("key"));
        var (old, oldHeaders) = LastDeadline();
        await Deliver(new Placed("key"));
        var (present, presentHeaders) = LastDeadline();
        workshop.Sent.Clear();

        await workshop.Deliver(old, typeof(Deadline), oldHeaders);
        Assert.That((await Bookings(), Undone), Is.EqualTo((1, 0)), "of the placing that was repeated since");
        await workshop.Deliver(present, typeof(Deadline), presentHeaders);
        Assert.That((await Bookings(), Undone), Is.EqualTo((0, 1)));
    }

    int Undone => workshop.Sent.Count(sent => sent.Destination == "there");

    Task<long> Bookings() => database.Value<long>("""select count(*) from "Workshop_Booking" """);

    (string Body, Dictionary<string, string> Headers) LastDeadline()
    {
        var asked = workshop.Sent.Last(sent => sent.DelayDeliveryFor is not null);
        return (System.Text.Encoding.UTF8.GetString(asked.Body.Span), new(asked.Headers));
    }

    /// <summary>As a broker does: again, when it comes back.</summary>
    async Task Deliver(object message)
    {
        var id = Guid.NewGuid().ToString();
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            var settlement = await workshop.Deliver(
                System.Text.Json.JsonSerializer.Serialize(message), message.GetType(), new() { ["NServiceBus.MessageId"] = id }, attempt);
            if (settlement == Settlement.Done) return;
        }
        Assert.Fail($"{message} came back five times");
    }

    public sealed record Placed(string Key) : ICommand;

    public sealed record Confirmed(string Key) : IMessage;

    public sealed record Cancelled(string Key) : IMessage;

    public sealed record Undo : ICommand;

    public sealed record Deadline(int Step);

    public sealed class Booking : Saga<Booking.State>, IAmStartedByMessages<Placed>, IAmStartedByMessages<Confirmed>, IAmStartedByMessages<Cancelled>,
        IHandleTimeouts<Deadline>
    {
        protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper) => mapper.MapSaga(state => state.Key)
            .ToMessage<Placed>(message => message.Key).ToMessage<Confirmed>(message => message.Key).ToMessage<Cancelled>(message => message.Key);

        public async Task Handle(Placed message, IMessageHandlerContext context)
        {
            await RequestTimeout(context, TimeSpan.FromMinutes(1), new Deadline(++Data.Placings));
            await Go(context);
        }

        public Task Handle(Confirmed message, IMessageHandlerContext context)
        {
            Data.Confirmed = true;
            return Go(context);
        }

        public Task Handle(Cancelled message, IMessageHandlerContext context)
        {
            Data.Cancelled = true;
            return Go(context);
        }

        public Task Timeout(Deadline state, IMessageHandlerContext context) => state.Step == Data.Placings ? GiveUp(context) : Task.CompletedTask;

        Task Go(IMessageHandlerContext context) => Data is { Placings: > 0, Confirmed: true, Cancelled: true } ? GiveUp(context) : Task.CompletedTask;

        Task GiveUp(IMessageHandlerContext context)
        {
            MarkAsComplete();
            return context.Send(new Undo());
        }

        public sealed class State : ContainSagaData
        {
            public string Key { get; set; } = "";
            public int Placings { get; set; }
            public bool Confirmed { get; set; }
            public bool Cancelled { get; set; }
        }
    }
}
