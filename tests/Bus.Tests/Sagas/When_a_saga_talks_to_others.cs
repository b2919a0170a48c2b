using Roost.Bus.Tests.Running;

namespace Roost.Bus.Tests.Sagas;

/// <summary>Headers as in the recorded exchange between two endpoints of the official runtime.</summary>
public sealed class When_a_saga_talks_to_others
{
    World world = null!;

    [OneTimeSetUp]
    public async Task An_asker_a_worker_and_a_saga()
    {
        world = await World.Create("talk");
        await world.DeclareQueue("asker");
        await world.DeclareQueue("worker");
        await world.DeclareQueue("watch");
        await world.Start("Facts.Saga", (endpoint, routing) =>
        {
            endpoint.AddSaga<Talking>();
            endpoint.AuditProcessedMessagesTo("watch");
            routing.RouteToEndpoint(typeof(DoWork), "worker");
        });
    }

    [OneTimeTearDown]
    public async Task End() => await world.DisposeAsync();

    [Test]
    public async Task Its_commands_say_which_saga_they_come_from_and_its_answers_find_it_again()
    {
        var begin = new Letter("""{"Id":"11111111-0000-0000-0000-000000000001"}""", typeof(Begin)) { ReplyTo = "asker" };
        await begin.SendTo(world, "Facts.Saga");

        var work = await world.Receive("worker");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(work["NServiceBus.MessageIntent"], Is.EqualTo("Send"));
            Assert.That(work["NServiceBus.RelatedTo"], Is.EqualTo(begin.Id));
            Assert.That(work["NServiceBus.CorrelationId"], Is.EqualTo(begin.Id));
            Assert.That(work["NServiceBus.ConversationId"], Is.EqualTo(begin.Conversation));
            Assert.That(work["NServiceBus.OriginatingSagaType"], Is.EqualTo(typeof(Talking).AssemblyQualifiedName));
            Assert.That(Guid.TryParse(work["NServiceBus.OriginatingSagaId"], out _), Is.True);
            Assert.That(work["NServiceBus.ReplyToAddress"], Is.EqualTo("Facts.Saga"));
            Assert.That(work.Properties.CorrelationId, Is.EqualTo(begin.Id));
        }

        // The answer of a handler elsewhere: it carries the saga's id instead of a mapped property.
        var answer = new Letter("""{"Result":42}""", typeof(WorkDone))
        {
            Headers =
            {
                ["NServiceBus.SagaId"] = work["NServiceBus.OriginatingSagaId"],
                ["NServiceBus.SagaType"] = work["NServiceBus.OriginatingSagaType"],
                ["NServiceBus.MessageIntent"] = "Reply",
                // The worker is a saga, too: what it is told would find that one, but it is the asker who is answered.
                ["NServiceBus.OriginatingSagaId"] = Guid.NewGuid().ToString(),
                ["NServiceBus.OriginatingSagaType"] = "Elsewhere.Working, Elsewhere",
            },
        };
        await answer.SendTo(world, "Facts.Saga");

        var reply = await world.Receive("asker");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(reply.Body, Is.EqualTo("""{"Result":42}"""));
            Assert.That(reply["NServiceBus.MessageIntent"], Is.EqualTo("Reply"));
            Assert.That(reply["NServiceBus.CorrelationId"], Is.EqualTo(begin.Id), "what the asker asked, not what the worker answered");
            Assert.That(reply.Headers, Does.Not.ContainKey("NServiceBus.SagaId"));
            Assert.That(reply.Headers, Does.Not.ContainKey("NServiceBus.OpenTelemetry.StartNewTrace"));
            Assert.That(reply["NServiceBus.OriginatingSagaType"], Is.EqualTo(typeof(Talking).AssemblyQualifiedName));
        }
    }

    [Test]
    public async Task Its_timeout_comes_back_to_it_after_the_delay_and_names_it()
    {
        await new Letter("""{"Id":"11111111-0000-0000-0000-000000000002"}""", typeof(BeginWaiting)).SendTo(world, "Facts.Saga");

        var timeout = await Audited(message => message["NServiceBus.EnclosedMessageTypes"].Contains("+WaitingIsOver"));

        var deliverAt = DateTimeOffsetHelper.ToDateTimeOffset(timeout["NServiceBus.DeliverAt"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(timeout["NServiceBus.IsSagaTimeoutMessage"], Is.EqualTo("True"));
            Assert.That(timeout["NServiceBus.SagaType"], Is.EqualTo(typeof(Talking).AssemblyQualifiedName));
            Assert.That(timeout["NServiceBus.SagaId"], Is.EqualTo(timeout["NServiceBus.OriginatingSagaId"]));
            Assert.That(
                deliverAt - DateTimeOffsetHelper.ToDateTimeOffset(timeout["NServiceBus.TimeSent"]),
                Is.EqualTo(TimeSpan.FromSeconds(1)).Within(TimeSpan.FromMilliseconds(20)));
            Assert.That(
                DateTimeOffsetHelper.ToDateTimeOffset(timeout["NServiceBus.ProcessingStarted"]),
                Is.GreaterThan(deliverAt.AddMilliseconds(-5)), "never early");
        }
    }

    async Task<Captured> Audited(Func<Captured, bool> wanted)
    {
        while (true)
        {
            var message = await world.Receive("watch");
            if (wanted(message)) return message;
        }
    }

    public sealed record Begin(Guid Id) : ICommand;
    public sealed record BeginWaiting(Guid Id) : ICommand;
    public sealed record DoWork : ICommand;
    public sealed record WorkDone(int Result) : IMessage;
    public sealed record Finished(int Result) : IMessage;
    public sealed record WaitingIsOver;

    public sealed class Talking : Saga<Talking.State>, IAmStartedByMessages<Begin>, IAmStartedByMessages<BeginWaiting>, IHandleMessages<WorkDone>,
        IHandleTimeouts<WaitingIsOver>
    {
        protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper) => mapper.MapSaga(state => state.Key)
            .ToMessage<Begin>(message => message.Id).ToMessage<BeginWaiting>(message => message.Id);

        public Task Handle(Begin message, IMessageHandlerContext context) => context.Send(new DoWork());

        public Task Handle(BeginWaiting message, IMessageHandlerContext context) =>
            RequestTimeout(context, within: TimeSpan.FromSeconds(1), new WaitingIsOver());

        public Task Handle(WorkDone message, IMessageHandlerContext context)
        {
            MarkAsComplete();
            return ReplyToOriginator(context, new Finished(message.Result));
        }

        public Task Timeout(WaitingIsOver state, IMessageHandlerContext context)
        {
            MarkAsComplete();
            return Task.CompletedTask;
        }

        public sealed class State : ContainSagaData
        {
            public Guid Key { get; set; }
        }
    }
}
