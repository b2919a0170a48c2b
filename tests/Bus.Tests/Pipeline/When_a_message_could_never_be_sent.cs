using NServiceBus.Pipeline;
using Roost.Bus.Tests.Running;
using Roost.Bus.Transport;

namespace Roost.Bus.Tests.Pipeline;

/// <summary>
/// Its sender is told, while it can still be told: committed with the rest it could not leave then, nor ever, and sent to the broker it would close
/// the channel that everybody else's messages are on.
/// </summary>
public sealed class When_a_message_could_never_be_sent
{
    static readonly Dictionary<string, (Action<SendOptions> Choose, string Said)> Impossible = new()
    {
        ["a header without a value"] = (options => options.SetHeader("Empty", null!), "'Empty' has no value"),
        ["a header with too long a name"] = (options => options.SetHeader(new string('é', 128), "x"), "name of header"),
        ["an order to the broker"] = (options => options.SetHeader("CC", "x"), "'CC'"),
        ["another order to the broker"] = (options => options.SetHeader("BCC", "x"), "'BCC'"),
        ["headers longer than a frame"] = (options => options.SetHeader("Big", new string('x', 130_000)), "headers take"),
        ["too long an id"] = (options => options.SetMessageId(new string('x', 256)), "its id"),
        ["too long an address"] = (options => options.SetDestination(new string('q', 256)), "destination"),
        ["too long an address for a delay"] = (options =>
        {
            options.SetDestination(new string('q', 200));
            options.DelayDeliveryWith(TimeSpan.FromSeconds(1));
        }, "destination"),
        ["too long a delay"] = (options => options.DelayDeliveryWith(TimeSpan.FromSeconds(1 << 28)), "can wait for at most"),
        ["an endless delay"] = (options => options.DelayDeliveryWith(TimeSpan.MaxValue), "can wait for at most"),
        ["too late a date"] = (options => options.DoNotDeliverBefore(DateTimeOffset.MaxValue), "can wait for at most"),
    };

    public static IEnumerable<string> Reasons => Impossible.Keys;

    [TestCaseSource(nameof(Reasons))]
    public async Task Its_sender_is_told_why(string reason)
    {
        await using var workshop = await Workshop.Open((_, routing) => routing.RouteToEndpoint(typeof(Order), "there"));
        var options = new SendOptions();
        Impossible[reason].Choose(options);

        Assert.That(() => workshop.Session.Send(new Order(), options), Throws.InstanceOf<ArgumentException>().With.Message.Contains(Impossible[reason].Said));
        Assert.That(workshop.Sent, Is.Empty);
    }

    [TestCaseSource(nameof(Reasons))]
    public async Task The_handler_that_sends_it_commits_nothing(string reason)
    {
        await using var workshop = await Workshop.Open((endpoint, routing) =>
        {
            endpoint.AddHandler<Ordering>();
            endpoint.Recoverability().Immediate(immediate => immediate.NumberOfRetries(0)).Delayed(delayed => delayed.NumberOfRetries(0));
            routing.RouteToEndpoint(typeof(Order), "there");
        });

        await workshop.Deliver($$"""{"Reason":"{{reason}}"}""", typeof(GoOrder));

        var copy = workshop.Sent.Single();
        Assert.That(copy.Destination, Is.EqualTo("error"));
        Assert.That(copy.Headers["NServiceBus.ExceptionInfo.Message"], Does.Contain(Impossible[reason].Said));
    }

    [Test]
    public async Task What_just_fits_is_sent()
    {
        await using var workshop = await Workshop.Open((_, _) => { });
        var options = new SendOptions();
        options.SetDestination(new string('q', 199));
        options.SetMessageId(new string('i', 255));
        options.SetHeader(new string('n', 255), "");
        options.DelayDeliveryWith(TimeSpan.FromSeconds((1 << 28) - 1));

        await workshop.Session.Send(new Order(), options);

        Assert.That(workshop.Sent, Has.Count.EqualTo(1));
    }

    [TestCase(-1)]
    [TestCase(315_360_000_001)]
    public async Task A_time_to_be_received_that_the_broker_cannot_count_is_refused(double milliseconds)
    {
        var time = TimeSpan.FromMilliseconds(milliseconds);
        await using var workshop = await Workshop.Open((endpoint, _) => endpoint.Conventions().DefiningTimeToBeReceivedAs(_ => time));
        var audited = new EndpointConfiguration("Audited");

        Assert.That(() => workshop.Session.Publish(new Happened()), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => audited.AuditProcessedMessagesTo("audit", time), Throws.InstanceOf<ArgumentException>(), "before the endpoint starts");
    }

    /// <summary>RabbitMQ 4 closes the channel over it.</summary>
    [Test]
    public async Task A_body_larger_than_the_broker_takes_is_refused()
    {
        await using var workshop = await Workshop.Open((endpoint, _) => endpoint.Pipeline.Register(new Swelling(), "makes it large"));

        Assert.That(() => workshop.Session.Publish(new Happened()), Throws.ArgumentException.With.Message.Contains("its body takes"));
    }

    [TestCase("forward too far")]
    [TestCase("forward to nobody")]
    public async Task What_is_forwarded_is_looked_at_as_well(string reason)
    {
        await using var workshop = await Workshop.Open((endpoint, _) =>
        {
            endpoint.AddHandler<Ordering>();
            endpoint.Recoverability().Immediate(immediate => immediate.NumberOfRetries(0)).Delayed(delayed => delayed.NumberOfRetries(0));
        });

        await workshop.Deliver($$"""{"Reason":"{{reason}}"}""", typeof(GoOrder));

        Assert.That(workshop.Sent.Single().Headers["NServiceBus.ExceptionInfo.Message"], Does.Contain("destination"));
    }

    public sealed record Order : ICommand;

    public sealed record Happened : IEvent;

    public sealed record GoOrder(string Reason) : ICommand;

    public sealed class Ordering : IHandleMessages<GoOrder>
    {
        public Task Handle(GoOrder message, IMessageHandlerContext context)
        {
            if (message.Reason == "forward too far") return context.ForwardCurrentMessageTo(new string('q', 256));
            if (message.Reason == "forward to nobody") return context.ForwardCurrentMessageTo("");
            var options = new SendOptions();
            Impossible[message.Reason].Choose(options);
            return context.Send(new Order(), options);
        }
    }

    sealed class Swelling : Behavior<IOutgoingPhysicalMessageContext>
    {
        public override Task Invoke(IOutgoingPhysicalMessageContext context, Func<Task> next)
        {
            context.UpdateMessage(new byte[BrokerLimits.LargestBody + 1]);
            return next();
        }
    }
}
