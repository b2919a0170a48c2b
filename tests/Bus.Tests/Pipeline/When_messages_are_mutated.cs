using System.Text;
using NServiceBus.MessageMutator;
using Roost.Bus.Tests.Running;

namespace Roost.Bus.Tests.Pipeline;

public sealed class When_messages_are_mutated
{
    [Test]
    public async Task Each_stage_sees_what_the_one_before_it_made_and_the_audit_copy_what_came()
    {
        var mutator = new Adds();
        await using var workshop = await Workshop.Open((endpoint, _) =>
        {
            endpoint.RegisterMessageMutator(mutator);
            endpoint.AddHandler<Echoes>();
            endpoint.AuditProcessedMessagesTo("audit");
        });

        await workshop.Deliver("""{"Text":"x"}""", typeof(Order), new() { ["NServiceBus.ReplyToAddress"] = "asker" });

        var bodies = workshop.Sent.ToDictionary(sent => sent.Destination!, sent => Encoding.UTF8.GetString(sent.Body.Span));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(bodies["asker"], Is.EqualTo("""{"Text":"x/body in/message in/message out/body out"}"""));
            Assert.That(bodies["audit"], Is.EqualTo("""{"Text":"x"}"""));
        }
    }

    [Test]
    public void What_mutates_nothing_is_refused() =>
        Assert.That(() => new EndpointConfiguration("Any").RegisterMessageMutator(new object()), Throws.ArgumentException);

    public sealed record Order(string Text) : IMessage;

    public sealed class Echoes : IHandleMessages<Order>
    {
        public Task Handle(Order message, IMessageHandlerContext context) => context.Reply(message);
    }

    public sealed class Adds : IMutateIncomingTransportMessages, IMutateIncomingMessages, IMutateOutgoingMessages, IMutateOutgoingTransportMessages
    {
        public Task MutateIncoming(MutateIncomingTransportMessageContext context)
        {
            context.Body = Add(context.Body, "body in");
            return Task.CompletedTask;
        }

        public Task MutateIncoming(MutateIncomingMessageContext context)
        {
            context.Message = new Order(((Order)context.Message).Text + "/message in");
            return Task.CompletedTask;
        }

        public Task MutateOutgoing(MutateOutgoingMessageContext context)
        {
            context.OutgoingMessage = new Order(((Order)context.OutgoingMessage).Text + "/message out");
            return Task.CompletedTask;
        }

        public Task MutateOutgoing(MutateOutgoingTransportMessageContext context)
        {
            context.OutgoingBody = Add(context.OutgoingBody, "body out");
            return Task.CompletedTask;
        }

        static byte[] Add(ReadOnlyMemory<byte> body, string text) =>
            Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body.Span).Replace("\"}", $"/{text}\"}}"));
    }
}
