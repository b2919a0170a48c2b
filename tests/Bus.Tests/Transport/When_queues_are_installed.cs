using RabbitMQ.Client.Exceptions;
using Roost.Servers;

namespace Roost.Bus.Tests.Transport;

public sealed class When_queues_are_installed
{
    Rabbit.Vhost vhost = null!;

    [SetUp]
    public async Task Broker() => vhost = await Rabbit.NewVhost("install");

    [TearDown]
    public ValueTask Gone() => vhost?.DisposeAsync() ?? default;

    [Test]
    public async Task Each_is_a_quorum_queue_with_exactly_one_argument_behind_a_fanout_exchange_of_its_name()
    {
        await using var desk = await Mailbox.On(vhost, delays: true);

        foreach (var name in new[] { "Desk", Mailbox.Errors })
        {
            var queue = await vhost.Queue(name);
            var exchange = await vhost.Exchange(name);
            Assert.That(queue!.Value.GetProperty("arguments").GetRawText(), Is.EqualTo("""{"x-queue-type":"quorum"}"""));
            Assert.That(queue.Value.GetProperty("durable").GetBoolean() && !queue.Value.GetProperty("auto_delete").GetBoolean());
            Assert.That(exchange!.Value.GetProperty("type").GetString(), Is.EqualTo("fanout"));
            Assert.That(exchange.Value.GetProperty("durable").GetBoolean() && !exchange.Value.GetProperty("auto_delete").GetBoolean());
            Assert.That(exchange.Value.GetProperty("arguments").GetRawText(), Is.EqualTo("{}"));
            Assert.That(await vhost.Bindings(), Has.Member(new Rabbit.Binding(name, name, "queue", "")));
        }
        Assert.That(await vhost.Bindings(), Has.Member(new Rabbit.Binding("nsb.v2.delay-delivery", "Desk", "exchange", "#.Desk")));
    }

    [Test]
    public async Task Doing_it_again_changes_nothing()
    {
        await using var first = await Mailbox.On(vhost, delays: true);
        var (queues, exchanges, bindings) = (await vhost.Queues(), await vhost.Exchanges(), await vhost.Bindings());

        await using var second = await Mailbox.On(vhost, delays: true);

        Assert.That(await vhost.Queues(), Is.EquivalentTo(queues));
        Assert.That(await vhost.Exchanges(), Is.EquivalentTo(exchanges));
        Assert.That(await vhost.Bindings(), Is.EquivalentTo(bindings));
    }

    [Test]
    public async Task A_classic_queue_has_no_arguments()
    {
        await using var desk = await Mailbox.On(vhost, "ClassicDesk", queueType: QueueType.Classic);

        Assert.That((await vhost.Queue("ClassicDesk"))!.Value.GetProperty("arguments").GetRawText(), Is.EqualTo("{}"));
    }

    [Test]
    public async Task One_that_exists_with_other_arguments_stops_the_start()
    {
        await using (await Mailbox.On(vhost, "OtherDesk", queueType: QueueType.Classic))
        {
            var sameNameOtherKind = Mailbox.Unopened(vhost.Amqp, "OtherDesk");
            Assert.That(() => sameNameOtherKind.Transport.Install(["OtherDesk"], [], default),
                Throws.InstanceOf<OperationInterruptedException>().With.Message.Contains("PRECONDITION_FAILED"));
        }
    }

    [Test]
    public async Task Without_delayed_delivery_no_level_is_made_and_a_delayed_message_is_refused()
    {
        await using var plain = await Rabbit.NewVhost("nodelay");
        var transport = new RabbitMQTransport(RoutingTopology.Conventional(QueueType.Quorum), plain.Amqp, enableDelayedDelivery: false)
            .CreateTransport(new("Desk", "test-host", TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance));
        await using var _ = transport;
        await transport.Install(["Desk"], [], default);
        await transport.Connect(default);

        Assert.That(await plain.Queues(), Is.EqualTo(new[] { "Desk" }));
        Assert.That(() => transport.Dispatch([Letter.To("Desk") with { DelayDeliveryFor = TimeSpan.FromSeconds(1) }], default),
            Throws.InvalidOperationException.With.Message.Contains("disabled"));
    }
}
