using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using Roost.Bus.RabbitMQ.Connecting;
using Roost.Bus.RabbitMQ.Routing;
using Roost.Bus.RabbitMQ.Sending;
using Roost.Bus.Tests.Running;
using Roost.Bus.Transport;
using Roost.Servers;

namespace Roost.Bus.Tests.Transport;

public sealed class When_a_message_is_delayed
{
    Rabbit.Vhost vhost = null!;
    Mailbox desk = null!;

    [OneTimeSetUp]
    public async Task Broker()
    {
        vhost = await Rabbit.NewVhost("delay");
        desk = await Mailbox.On(vhost, delays: true);
        await desk.Open();
    }

    [OneTimeTearDown]
    public async Task Gone()
    {
        if (desk is not null) await desk.DisposeAsync();
        if (vhost is not null) await vhost.DisposeAsync();
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(10)]
    [Parallelizable]
    public async Task It_arrives_once_and_not_early(int seconds)
    {
        var letter = Letter.To("Desk") with { DelayDeliveryFor = TimeSpan.FromSeconds(seconds) };
        var sent = Stopwatch.StartNew();

        await desk.Send(letter);
        var delivery = await desk.Receives(letter.MessageId, TimeSpan.FromSeconds(seconds + 10));

        Assert.That(sent.Elapsed.TotalSeconds, Is.InRange(seconds, seconds + 3));
        Assert.That(delivery.Attempt, Is.EqualTo(1));
        Assert.That(delivery.Headers.Keys, Is.EquivalentTo(letter.Headers.Keys), "nothing of its journey shows");
        await desk.Send(Letter.To("Desk", "after"));
        await desk.Receives("after");
        Assert.That(desk.TimesReceived(letter.MessageId), Is.EqualTo(1));
    }

    [Test]
    public async Task A_date_in_the_past_means_now()
    {
        var letter = Letter.To("Desk") with { DeliverAt = DateTimeOffset.UnixEpoch };

        await desk.Send(letter);

        await desk.Receives(letter.MessageId);
    }

    [Test]
    public async Task A_date_is_as_good_as_a_delay()
    {
        var due = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(1.2);
        var letter = Letter.To("Desk") with { DeliverAt = due };

        await desk.Send(letter);
        await desk.Receives(letter.MessageId);

        Assert.That(TimeProvider.System.GetUtcNow(), Is.GreaterThanOrEqualTo(due));
    }

    const int Day = 86_400;

    [TestCase(60, 5)]
    [TestCase(900, 9)]
    [TestCase(Day, 16)]
    [TestCase(7 * Day, 19)]
    [TestCase(30 * Day, 21)]
    [TestCase(5 * 365 * Day, 27)]
    [TestCase(20, 4)]
    [TestCase(30, 4)]
    [TestCase(268_435_455, 27)]
    public async Task It_waits_in_the_level_of_its_highest_bit(int seconds, int level)
    {
        await desk.Send(Letter.To("Desk") with { DelayDeliveryFor = TimeSpan.FromSeconds(seconds) });

        var waiting = await vhost.Take($"nsb.v2.delay-level-{level:D2}");
        Assert.That(waiting, Is.Not.Null);
        var bits = waiting!.RoutingKey.Split('.')[..^1];
        Assert.That(bits, Has.Length.EqualTo(28));
        Assert.That(Convert.ToInt64(string.Concat(bits), 2), Is.EqualTo(seconds));
        Assert.That(waiting.RoutingKey, Does.EndWith(".Desk"));
        Assert.That(waiting.BasicProperties.Headers!["NServiceBus.Transport.RabbitMQ.DelayInSeconds"], Is.EqualTo(seconds));
    }

    [Test]
    public void The_routing_key_is_the_delay_in_binary()
    {
        Assert.That(DelayedDelivery.Route("destination", 10), Is.EqualTo((
            "nsb.v2.delay-level-03", "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.1.0.destination")));
        Assert.That(DelayedDelivery.Route("Facts.Saga", 1), Is.EqualTo((
            "nsb.v2.delay-level-00", string.Concat(Enumerable.Repeat("0.", 27)) + "1.Facts.Saga")));
        Assert.That(DelayedDelivery.Route("d", 0).Exchange, Is.EqualTo("nsb.v2.delay-level-00"));
    }

    [TestCase(0.001, 1)]
    [TestCase(1.0, 1)]
    [TestCase(1.0001, 2)]
    [TestCase(-5, 0)]
    public void Seconds_are_rounded_up(double delay, int seconds) =>
        Assert.That(DelayedDelivery.Seconds(TimeSpan.FromSeconds(delay)), Is.EqualTo(seconds));

    [Test]
    public void More_than_eight_and_a_half_years_are_refused() => Assert.That(
        () => desk.Send(Letter.To("Desk") with { DelayDeliveryFor = TimeSpan.FromSeconds(268_435_456) }),
        Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void A_time_to_be_received_as_well_is_refused() => Assert.That(
        () => desk.Send(Letter.To("Desk") with { DelayDeliveryFor = TimeSpan.FromSeconds(5), TimeToBeReceived = TimeSpan.FromSeconds(1) }),
        Throws.InvalidOperationException);

    [Test]
    public void For_a_queue_that_does_not_exist_it_is_refused_at_once() => Assert.That(
        () => desk.Send(Letter.To("Nobody") with { DelayDeliveryFor = TimeSpan.FromSeconds(5) }),
        Throws.TypeOf<MessagesNotSentException>().With.Message.Contains("Nobody"));

    /// <summary>The sender makes sure of the way out: the receiver may be of an older make, or its binding may be gone.</summary>
    [Test]
    public async Task The_way_out_is_bound_by_the_sender()
    {
        await Declare("Stranger");

        await desk.Send(Letter.To("Stranger") with { DelayDeliveryFor = TimeSpan.FromSeconds(1) });

        Assert.That(await vhost.Bindings(), Has.Member(new Rabbit.Binding("nsb.v2.delay-delivery", "Stranger", "exchange", "#.Stranger")));
        await Eventually.Is(async () => await vhost.Depth("Stranger") == 1);
    }

    /// <summary>Whatever took the binding away, the next send brings it back: after a second on the same connection, at once on another.</summary>
    [TestCase(false, TestName = "The_way_out_is_bound_again_after_a_while")]
    [TestCase(true, TestName = "The_way_out_is_bound_again_on_another_connection")]
    public async Task The_way_out_is_bound_again(bool reconnected)
    {
        var name = $"Outsider-{reconnected}";
        await Declare(name);
        var clock = new ManualClock();
        await using var connection = await BrokerConnection.Open(Settings, "Outsider Test", NullLogger.Instance, default);
        var publish = await PublishChannel.Open(connection, Topology, clock, default);
        await Send(publish);
        await using (var other = await vhost.Connect())
        {
            await using var channel = await other.CreateChannelAsync();
            await channel.ExchangeUnbindAsync(name, "nsb.v2.delay-delivery", $"#.{name}");
        }

        if (reconnected) publish = await PublishChannel.Open(connection, Topology, clock, default);
        else clock.Advance(TimeSpan.FromSeconds(1));
        await Send(publish);

        Assert.That(await vhost.Bindings(), Has.Member(new Rabbit.Binding("nsb.v2.delay-delivery", name, "exchange", $"#.{name}")));

        async Task Send(PublishChannel on)
        {
            var letter = Letter.To(name) with { DelayDeliveryFor = TimeSpan.FromHours(1) };
            var sends = new Sends();
            await on.Publish(OutgoingMessage.From(letter, HeaderSpace.Usual, delayedDelivery: true, clock), sends, default);
            await sends.Close();
        }
    }

    async Task Declare(string queue)
    {
        await using var connection = await vhost.Connect();
        await using var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync(queue, queue, "");
    }

    static ConventionalTopology Topology => new(QueueType.Quorum, durable: true);

    BrokerSettings Settings => new RabbitMQTransport(RoutingTopology.Conventional(QueueType.Quorum), vhost.Amqp).Settings("Outsider");

    [Test]
    public async Task Every_level_is_exactly_as_the_official_runtime_declares_it()
    {
        var bindings = await vhost.Bindings();
        for (var level = 0; level <= 27; level++)
        {
            var name = $"nsb.v2.delay-level-{level:D2}";
            var next = level == 0 ? "nsb.v2.delay-delivery" : $"nsb.v2.delay-level-{level - 1:D2}";
            var queue = (await vhost.Queue(name))!.Value;
            var arguments = queue.GetProperty("arguments");
            Assert.That(arguments.EnumerateObject().Select(a => $"{a.Name}={a.Value}"), Is.EquivalentTo(new[]
            {
                "x-queue-type=quorum", "x-dead-letter-strategy=at-least-once", "x-overflow=reject-publish",
                $"x-message-ttl={1000L * (long)Math.Pow(2, level)}", $"x-dead-letter-exchange={next}",
            }));
            Assert.That((await vhost.Exchange(name))!.Value.GetProperty("type").GetString(), Is.EqualTo("topic"));

            var words = new StringBuilder().Insert(0, "*.", 27 - level).ToString();
            Assert.That(bindings.Where(b => b.Source == name), Is.EquivalentTo(new[]
            {
                new Rabbit.Binding(name, name, "queue", words + "1.#"), new Rabbit.Binding(name, next, "exchange", words + "0.#"),
            }));
        }
        Assert.That((await vhost.Exchange("nsb.v2.delay-delivery"))!.Value.GetProperty("type").GetString(), Is.EqualTo("topic"));
    }
}
