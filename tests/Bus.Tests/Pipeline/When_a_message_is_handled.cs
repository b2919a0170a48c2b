using Microsoft.Extensions.DependencyInjection;
using NServiceBus.Pipeline;
using Roost.Bus.Tests.Running;
using Roost.Bus.Transport;

namespace Roost.Bus.Tests.Pipeline;

public sealed class When_a_message_is_handled
{
    [Test]
    public async Task What_it_causes_continues_its_conversation()
    {
        await using var workshop = await Open();

        await workshop.Deliver("""{"Do":"send"}""", typeof(Order), new()
        {
            ["NServiceBus.MessageId"] = "cause", ["NServiceBus.ConversationId"] = "talk", ["NServiceBus.CorrelationId"] = "first",
        });

        var headers = workshop.Sent.Single().Headers;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(headers["NServiceBus.RelatedTo"], Is.EqualTo("cause"));
            Assert.That(headers["NServiceBus.ConversationId"], Is.EqualTo("talk"));
            Assert.That(headers["NServiceBus.CorrelationId"], Is.EqualTo("first"));
        }
    }

    [Test]
    public async Task A_new_conversation_remembers_the_one_it_left()
    {
        await using var workshop = await Open();

        await workshop.Deliver("""{"Do":"new conversation"}""", typeof(Order), new() { ["NServiceBus.ConversationId"] = "talk" });

        var headers = workshop.Sent.Single().Headers;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(headers["NServiceBus.ConversationId"], Is.EqualTo("fresh"));
            Assert.That(headers["NServiceBus.PreviousConversationId"], Is.EqualTo("talk"));
        }
    }

    [Test]
    public async Task The_conversation_cannot_be_forged()
    {
        await using var workshop = await Open();

        var settlement = await workshop.Deliver("""{"Do":"forge"}""", typeof(Order), new() { ["NServiceBus.ConversationId"] = "talk" });

        Assert.That((settlement, workshop.Sent.Count), Is.EqualTo((Settlement.Requeue, 0)));
    }

    [Test]
    public async Task A_reply_goes_back_to_the_saga_that_asked()
    {
        await using var workshop = await Open();

        await workshop.Deliver("""{"Do":"reply"}""", typeof(Order), new()
        {
            ["NServiceBus.ReplyToAddress"] = "asker", ["NServiceBus.CorrelationId"] = "question",
            ["NServiceBus.OriginatingSagaId"] = "the-saga", ["NServiceBus.OriginatingSagaType"] = "The.Saga, There",
        });

        var reply = workshop.Sent.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(reply.Destination, Is.EqualTo("asker"));
            Assert.That(reply.Headers["NServiceBus.MessageIntent"], Is.EqualTo("Reply"));
            Assert.That(reply.Headers["NServiceBus.CorrelationId"], Is.EqualTo("question"));
            Assert.That(reply.Headers["NServiceBus.SagaId"], Is.EqualTo("the-saga"));
            Assert.That(reply.Headers["NServiceBus.SagaType"], Is.EqualTo("The.Saga, There"));
            Assert.That(reply.Headers, Does.Not.ContainKey("NServiceBus.OriginatingSagaId"));
            Assert.That(reply.Headers, Does.Not.ContainKey("NServiceBus.OpenTelemetry.StartNewTrace"));
        }
    }

    [Test]
    public async Task A_handler_of_a_base_type_gets_it_too_and_can_end_the_round()
    {
        var seen = new List<string>();
        await using var workshop = await Workshop.Open((endpoint, _) =>
        {
            endpoint.AddHandler<First>();
            endpoint.AddHandler<OfTheBase>();
            endpoint.AddHandler<NeverReached>();
        }, services => services.AddSingleton(seen));

        await workshop.Deliver("{}", typeof(Derived));

        Assert.That(seen, Is.EqualTo(new[] { "first", "base" }));
    }

    [Test]
    public async Task Behaviors_of_every_stage_run_around_it_in_the_order_of_registration()
    {
        var seen = new List<string>();
        await using var workshop = await Workshop.Open((endpoint, _) =>
        {
            endpoint.AddHandler<First>();
            endpoint.Pipeline.Register("handler", new Around<IInvokeHandlerContext>("handler", seen), "last, although registered first");
            endpoint.Pipeline.Register("a", new Around<IIncomingPhysicalMessageContext>("a", seen), "outermost");
            endpoint.Pipeline.Register("b", new Around<IIncomingPhysicalMessageContext>("b", seen), "inside a");
            endpoint.Pipeline.Register("logical", new Around<IIncomingLogicalMessageContext>("logical", seen), "after deserialisation");
        }, services => services.AddSingleton(seen));

        await workshop.Deliver("{}", typeof(Derived));

        Assert.That(seen, Is.EqualTo(new[] { "+a", "+b", "+logical", "+handler", "first", "-handler", "-logical", "-b", "-a" }));
    }

    [Test]
    public async Task What_a_behavior_did_to_the_headers_does_not_reach_the_error_queue()
    {
        await using var workshop = await Workshop.Open((endpoint, _) =>
        {
            endpoint.AddHandler<Fails>();
            endpoint.Pipeline.Register(new Relabels(), "changes a header");
            endpoint.Recoverability().Immediate(immediate => immediate.NumberOfRetries(0)).Delayed(delayed => delayed.NumberOfRetries(0));
        });

        await workshop.Deliver("{}", typeof(Derived), new() { ["Label"] = "as received" });

        Assert.That(workshop.Sent.Single().Headers["Label"], Is.EqualTo("as received"));
    }

    [Test]
    public async Task A_control_message_reaches_no_handler_and_is_done()
    {
        await using var workshop = await Open();

        var settlement = await workshop.Deliver("", type: null, new() { ["NServiceBus.ControlMessage"] = "true" });

        Assert.That((settlement, workshop.Sent.Count), Is.EqualTo((Settlement.Done, 0)));
    }

    [Test]
    public async Task Cancellation_by_the_endpoints_own_stop_is_no_failure()
    {
        await using var workshop = await Open();
        using var stopping = new CancellationTokenSource();
        await stopping.CancelAsync();

        var settlement = await workshop.Deliver("""{"Do":"wait"}""", typeof(Order), attempt: 1000, ct: stopping.Token);

        Assert.That((settlement, workshop.Sent.Count), Is.EqualTo((Settlement.Requeue, 0)), "nothing was moved to the error queue");
    }

    static Task<Workshop> Open() => Workshop.Open((endpoint, routing) =>
    {
        endpoint.AddHandler<Obeys>();
        routing.RouteToEndpoint(typeof(Done), "there");
    });

    public sealed record Order(string Do) : ICommand;

    public sealed record Done : ICommand;

    public sealed record Answer : IMessage;

    public class Basis : ICommand;

    public sealed class Derived : Basis;

    public sealed class Obeys : IHandleMessages<Order>
    {
        public async Task Handle(Order message, IMessageHandlerContext context)
        {
            var options = new SendOptions();
            switch (message.Do)
            {
                case "reply":
                    await context.Reply(new Answer());
                    return;
                case "wait":
                    await Task.Delay(Timeout.Infinite, context.CancellationToken);
                    return;
                case "new conversation":
                    options.StartNewConversation("fresh");
                    break;
                case "forge":
                    options.SetHeader("NServiceBus.ConversationId", "mine");
                    break;
            }
            await context.Send(new Done(), options);
        }
    }

    public sealed class First(List<string> seen) : IHandleMessages<Derived>
    {
        public Task Handle(Derived message, IMessageHandlerContext context)
        {
            seen.Add("first");
            return Task.CompletedTask;
        }
    }

    public sealed class OfTheBase(List<string> seen) : IHandleMessages<Basis>
    {
        public Task Handle(Basis message, IMessageHandlerContext context)
        {
            seen.Add("base");
            context.DoNotContinueDispatchingCurrentMessageToHandlers();
            return Task.CompletedTask;
        }
    }

    public sealed class NeverReached(List<string> seen) : IHandleMessages<ICommand>
    {
        public Task Handle(ICommand message, IMessageHandlerContext context)
        {
            seen.Add("never");
            return Task.CompletedTask;
        }
    }

    public sealed class Fails : IHandleMessages<Derived>
    {
        public Task Handle(Derived message, IMessageHandlerContext context) => throw new InvalidOperationException("always");
    }

    public sealed class Around<TContext>(string name, List<string> seen) : Behavior<TContext> where TContext : class, IBehaviorContext
    {
        public override async Task Invoke(TContext context, Func<Task> next)
        {
            seen.Add("+" + name);
            await next();
            seen.Add("-" + name);
        }
    }

    public sealed class Relabels : Behavior<IIncomingPhysicalMessageContext>
    {
        public override Task Invoke(IIncomingPhysicalMessageContext context, Func<Task> next)
        {
            context.Message.Headers["Label"] = "changed";
            return next();
        }
    }
}
