using NServiceBus.Testing;

namespace Roost.Bus.Tests.Testing;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class When_a_saga_is_played_without_servers
{
    static readonly DateTime Noon = new(2026, 11, 21, 12, 0, 0, DateTimeKind.Utc);

    readonly TestableSaga<Stay, Stay.State> saga = new(() => new Stay(), Noon);

    [Test]
    public async Task Each_result_shows_what_was_sent_and_a_state_that_later_messages_do_not_change()
    {
        var held = await saga.Handle(new Hold("b1", 3));
        var paid = await saga.Handle(new Paid("b1"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(held.FindSentMessage<Take>(), Is.EqualTo(new Take("b1")));
            Assert.That(held.FindTimeoutMessage<TimeIsUp>(), Is.Not.Null);
            Assert.That(held.SagaDataSnapshot.Steps, Is.EqualTo(new[] { "held" }));
            Assert.That(paid.SagaDataSnapshot.Steps, Is.EqualTo(new[] { "held", "paid" }));
            Assert.That(paid.SagaId, Is.EqualTo(held.SagaId));
            Assert.That((held.Completed, paid.Completed), Is.EqualTo((false, true)));
            Assert.That(paid.FindPublishedMessage<Confirmed>(), Is.EqualTo(new Confirmed("b1")));
        }
    }

    [Test]
    public async Task A_timeout_fires_when_its_time_has_come_and_not_before()
    {
        await saga.Handle(new Hold("b2", 3));

        var early = await saga.AdvanceTime(TimeSpan.FromMinutes(14));
        var onTime = await saga.AdvanceTime(TimeSpan.FromMinutes(2));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(early, Is.Empty);
            Assert.That(onTime.Single().FindPublishedMessage<Expired>(), Is.EqualTo(new Expired("b2")));
            Assert.That(onTime.Single().Completed, Is.True);
            Assert.That(saga.CurrentTime, Is.EqualTo(Noon.AddMinutes(16)));
        }
    }

    [Test]
    public async Task A_timeout_of_a_saga_that_has_ended_gives_no_result()
    {
        await saga.Handle(new Hold("b3", 3));
        await saga.Handle(new Paid("b3"));

        Assert.That(await saga.AdvanceTime(TimeSpan.FromHours(1)), Is.Empty);
    }

    [Test]
    public async Task Simulated_answers_come_back_to_the_saga_that_asked()
    {
        saga.SimulateReply<Take, Taken>(take => new Taken($"room for {take.Key}"));
        var held = await saga.Handle(new Hold("b4", 3));

        Assert.That((saga.QueueLength, saga.QueuePeek().Message), Is.EqualTo((1, new Taken("room for b4"))));
        var taken = await saga.HandleQueuedMessage();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(taken.SagaId, Is.EqualTo(held.SagaId));
            Assert.That(taken.SagaDataSnapshot.Steps, Is.EqualTo(new[] { "held", "room for b4" }));
            Assert.That(saga.HasQueuedMessages, Is.False);
        }
    }

    [Test]
    public async Task An_answer_finds_the_saga_by_its_id()
    {
        var held = await saga.Handle(new Hold("b5", 3));

        var taken = await saga.HandleReply(held.SagaId, new Taken("room 5"));

        Assert.That(taken.SagaDataSnapshot.Steps, Is.EqualTo(new[] { "held", "room 5" }));
    }

    [Test]
    public void A_message_that_may_not_start_it_and_finds_nothing_fails_the_test() =>
        Assert.That(async () => await saga.Handle(new Paid("nobody")), Throws.InvalidOperationException);

    [Test]
    public void The_handlers_own_exception_comes_through() =>
        Assert.That(async () => await saga.Handle(new Hold("b6", Nights: 0)), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public async Task A_message_the_saga_sends_to_itself_is_queued()
    {
        await saga.Handle(new Hold("b7", Nights: 40));

        var again = await saga.HandleQueuedMessage();

        Assert.That(again.HandledMessage.Message, Is.EqualTo(new Hold("b7", 30)));
    }

    public sealed record Hold(string Key, int Nights) : ICommand;

    public sealed record Paid(string Key) : IEvent;

    public sealed record Take(string Key) : ICommand;

    public sealed record Taken(string Room) : IMessage;

    public sealed record Confirmed(string Key) : IEvent;

    public sealed record Expired(string Key) : IEvent;

    public sealed record TimeIsUp;

    public sealed class Stay : Saga<Stay.State>, IAmStartedByMessages<Hold>, IHandleMessages<Paid>, IHandleMessages<Taken>, IHandleTimeouts<TimeIsUp>
    {
        protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper) => mapper.MapSaga(state => state.Key)
            .ToMessage<Hold>(message => message.Key).ToMessage<Paid>(message => message.Key);

        public async Task Handle(Hold message, IMessageHandlerContext context)
        {
            ArgumentOutOfRangeException.ThrowIfZero(message.Nights);
            if (message.Nights > 30)
            {
                await context.SendLocal(message with { Nights = 30 });
                return;
            }
            Data.Steps.Add("held");
            await context.Send(new Take(message.Key));
            await RequestTimeout<TimeIsUp>(context, TimeSpan.FromMinutes(15));
        }

        public Task Handle(Paid message, IMessageHandlerContext context)
        {
            Data.Steps.Add("paid");
            MarkAsComplete();
            return context.Publish(new Confirmed(message.Key));
        }

        public Task Handle(Taken message, IMessageHandlerContext context)
        {
            Data.Steps.Add(message.Room);
            return Task.CompletedTask;
        }

        public Task Timeout(TimeIsUp state, IMessageHandlerContext context)
        {
            MarkAsComplete();
            return context.Publish(new Expired(Data.Key));
        }

        public sealed class State : ContainSagaData
        {
            public string Key { get; set; } = "";
            public List<string> Steps { get; set; } = [];
        }
    }
}
