using NServiceBus.Testing;

namespace Roost.Bus.Tests.Testing;

public sealed class When_a_handler_is_tested_alone
{
    [Test]
    public async Task Its_context_remembers_everything_in_order_and_checks_nothing()
    {
        var context = new TestableMessageHandlerContext { MessageId = "the-id", MessageHeaders = { ["Tenant"] = "7" } };

        await new Busy().Handle(new Work(), context);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(context.SentMessages.Select(sent => sent.Message), Is.EqualTo(new object[] { new Work(1), new Work(2), new Work(3) }));
            Assert.That(context.SentMessages[1].Options.GetDestination(), Is.EqualTo("elsewhere"));
            Assert.That(context.TimeoutMessages.Single().Within, Is.EqualTo(TimeSpan.FromHours(3)), "a delayed message counts as both");
            Assert.That(context.FindPublishedMessage<Happened>(), Is.EqualTo(new Happened("the-id", "7")));
            Assert.That(context.FindReplyMessage<Answer>(), Is.Not.Null);
            Assert.That(context.ForwardedMessages, Is.EqualTo(new[] { "archive" }));
            Assert.That(context.SentMessages.Containing<Work>().Count(), Is.EqualTo(3));
            Assert.That(context.DoNotContinueDispatchingCurrentMessageToHandlersWasCalled, Is.True);
        }
    }

    [Test]
    public async Task A_session_remembers_too()
    {
        var session = new TestableMessageSession();

        await session.SendLocal(new Work(1));
        await session.Publish<Named>(message => message.Name = "made");
        await session.Subscribe<Happened>();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(session.SentMessages.Single().Options.IsRoutingToThisEndpoint(), Is.True);
            Assert.That(session.FindPublishedMessage<Named>()!.Name, Is.EqualTo("made"));
            Assert.That(session.Subscriptions.Single().Message, Is.EqualTo(typeof(Happened)));
        }
    }

    public sealed record Work(int Number = 0) : ICommand;

    public sealed record Happened(string Cause, string Tenant) : IEvent;

    public sealed record Answer : IMessage;

    public interface Named : IEvent
    {
        string Name { get; set; }
    }

    public sealed class Busy : IHandleMessages<Work>
    {
        public async Task Handle(Work message, IMessageHandlerContext context)
        {
            var later = new SendOptions();
            later.DelayDeliveryWith(TimeSpan.FromHours(3));
            await context.Send(new Work(1));
            await context.Send("elsewhere", new Work(2));
            await context.Send(new Work(3), later);
            await context.Publish(new Happened(context.MessageId, context.MessageHeaders["Tenant"]));
            await context.Reply(new Answer());
            await context.ForwardCurrentMessageTo("archive");
            context.DoNotContinueDispatchingCurrentMessageToHandlers();
        }
    }
}
