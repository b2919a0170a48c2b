using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using Roost.Bus.RabbitMQ.Routing;
using Roost.Bus.RabbitMQ.Sending;
using Roost.Bus.Transport;
using Roost.Servers;

namespace Roost.Bus.Tests.Transport;

public sealed class When_a_message_cannot_be_sent
{
    Rabbit.Vhost vhost = null!;
    Mailbox desk = null!;

    [SetUp]
    public async Task Broker()
    {
        vhost = await Rabbit.NewVhost("unsendable");
        desk = await Mailbox.On(vhost);
    }

    [TearDown]
    public async Task Gone()
    {
        if (desk is not null) await desk.DisposeAsync();
        if (vhost is not null) await vhost.DisposeAsync();
    }

    [Test]
    public void Because_the_queue_does_not_exist_it_says_so() => Assert.That(
        () => desk.Send(Letter.To("Nobody", "lost")),
        Throws.TypeOf<MessagesNotSentException>().With.Message.Contains("Nobody").And.InnerException.TypeOf<NoQueueException>().And.Property("MessageIds").EqualTo(new[] { "lost" }));

    [Test]
    public async Task Because_no_queue_is_behind_the_exchange_it_says_so()
    {
        await using (var connection = await vhost.Connect())
        {
            await using var channel = await connection.CreateChannelAsync();
            await channel.ExchangeDeclareAsync("Hollow", ExchangeType.Fanout, durable: true);
        }

        Assert.That(() => desk.Send(Letter.To("Hollow", "lost")),
            Throws.TypeOf<MessagesNotSentException>().With.Message.Contains("Hollow").And.InnerException.TypeOf<NoQueueException>().And.Property("MessageIds").EqualTo(new[] { "lost" }));
    }

    /// <summary>The broker answers with a nack: taken for a confirm, it would be a message that is lost and called sent.</summary>
    [Test]
    public async Task Because_its_queue_is_full_it_says_so()
    {
        await using (var connection = await vhost.Connect())
        {
            await using var channel = await connection.CreateChannelAsync();
            await channel.QueueDeclareAsync("Full", durable: true, exclusive: false, autoDelete: false,
                new Dictionary<string, object?> { ["x-max-length"] = 1, ["x-overflow"] = "reject-publish" });
            await channel.ExchangeDeclareAsync("Full", ExchangeType.Fanout, durable: true);
            await channel.QueueBindAsync("Full", "Full", "");
        }
        await desk.Send(Letter.To("Full"));

        Assert.That(() => desk.Send(Letter.To("Full", "one too many")),
            Throws.TypeOf<MessagesNotSentException>().With.Message.Contains("nack").And.Property("MessageIds").EqualTo(new[] { "one too many" }));
        Assert.That(await vhost.Depth("Full"), Is.EqualTo(1));
    }

    /// <summary>Forwarded and audited, a message leaves twice under one id: of the one the broker takes it is not said that it has no queue.</summary>
    [Test]
    public void Of_two_with_the_same_id_only_the_one_without_a_queue_fails()
    {
        var (confirms, sends) = (new Confirms(mostAtOnce: 2), new Sends());
        confirms.Expect(1, Twice(to: "Desk"), sends);
        confirms.Expect(2, Twice(to: "Hollow"), sends);

        confirms.Returned("twice", "Hollow", routingKey: "", "NO_ROUTE");
        confirms.Acknowledged(2, multiple: true);

        Assert.That(sends.Close, Throws.TypeOf<MessagesNotSentException>().With.Property("MessageIds").EqualTo(new[] { "twice" }));

        static OutgoingMessage Twice(string to) => new("twice", to, "", Mandatory: true, new BasicProperties(), default) { Address = to };
    }

    [Test]
    public async Task The_others_of_the_same_dispatch_arrive()
    {
        Assert.That(() => desk.Send(Letter.To("Desk", "first"), Letter.To("Nobody", "lost"), Letter.To("Desk", "second"), Letter.To("NobodyElse", "lost too")),
            Throws.TypeOf<MessagesNotSentException>().With.Property("MessageIds").EqualTo(new[] { "lost", "lost too" }));

        Assert.That(await vhost.Depth("Desk"), Is.EqualTo(2));
    }

    /// <summary>One wrong address must not close the channel that a thousand right ones are on their way on.</summary>
    [Test]
    public async Task Messages_of_others_at_the_same_time_are_not_harmed()
    {
        var others = Enumerable.Range(0, 200).Select(_ => desk.Send(Letter.To("Desk"))).ToArray();
        var wrong = Enumerable.Range(0, 5).Select(i => desk.Send(Letter.To($"Nobody{i}"))).ToArray();

        await Task.WhenAll(others);

        Assert.That(() => Task.WhenAll(wrong), Throws.TypeOf<MessagesNotSentException>());
        Assert.That(await vhost.Depth("Desk"), Is.EqualTo(200));
    }

    [Test]
    public async Task Because_its_queue_was_deleted_meanwhile_later_sends_to_others_succeed()
    {
        await using var gone = await Mailbox.On(vhost, "Gone");
        await desk.Send(Letter.To("Gone"));
        await using (var connection = await vhost.Connect())
        {
            await using var channel = await connection.CreateChannelAsync();
            await channel.ExchangeDeleteAsync("Gone");
        }

        Assert.That(() => desk.Send(Letter.To("Gone")), Throws.TypeOf<MessagesNotSentException>());

        await desk.Send(Letter.To("Desk"));
        Assert.That(await vhost.Depth("Desk"), Is.EqualTo(1));
    }

    [Test]
    public async Task Because_the_caller_gave_up_the_caller_is_told_that()
    {
        await desk.Send(Letter.To("Desk"));

        Assert.That(() => desk.Transport.Dispatch([Letter.To("Desk")], new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Because_one_caller_gave_up_nobody_else_is_harmed()
    {
        var others = Enumerable.Range(0, 100).Select(_ => desk.Send(Letter.To("Desk"))).ToList();
        using var giveUp = new CancellationTokenSource();
        var one = desk.Transport.Dispatch([Letter.To("Desk")], giveUp.Token);
        await giveUp.CancelAsync();

        Assert.That(() => Task.WhenAll(others), Throws.Nothing);
        Assert.That(one.IsCompletedSuccessfully || one.IsCanceled || !one.IsCompleted, Is.True, () => $"{one.Exception}");
    }

    /// <summary>A frame that the broker will not read would end the connection, and every message on it.</summary>
    [Test]
    public async Task Because_its_headers_are_too_long_only_that_one_fails()
    {
        var tooLong = Letter.To("Desk");
        tooLong.Headers["NServiceBus.ExceptionInfo.StackTrace"] = new string('x', 130_000);
        var justNotTooLong = Letter.To("Desk");
        justNotTooLong.Headers["NServiceBus.ExceptionInfo.StackTrace"] = new string('x', 120_000);

        Assert.That(() => desk.Send(tooLong), Throws.ArgumentException);
        await desk.Send(justNotTooLong);

        Assert.That(await vhost.Depth("Desk"), Is.EqualTo(1));
    }

    /// <summary>Those are committed already; only what is impossible is told of.</summary>
    [Test]
    public async Task Because_it_can_never_be_the_others_of_the_same_dispatch_arrive()
    {
        await using var patient = await Mailbox.On(vhost, "Patient", delays: true);
        var inACentury = Letter.To("Desk") with { DelayDeliveryFor = TimeSpan.FromDays(36_500) };

        Assert.That(() => patient.Send(Letter.To("Desk"), inACentury, Letter.To("Desk")), Throws.InstanceOf<ArgumentException>());

        Assert.That(await vhost.Depth("Desk"), Is.EqualTo(2));
    }

    [Test]
    public async Task Because_the_endpoint_has_stopped_it_says_so_at_once()
    {
        await desk.Send(Letter.To("Desk"));
        await desk.DisposeAsync();

        var sending = desk.Send(Letter.To("Desk"));

        Assert.That(() => sending.WaitAsync(TimeSpan.FromSeconds(5)), Throws.TypeOf<MessagesNotSentException>().With.Message.Contains("stopped"));
    }

    /// <summary>Confirms are counted; one that was never written must not shift the count of those after it.</summary>
    [Test]
    public async Task Because_the_client_refuses_it_the_next_are_confirmed_all_the_same()
    {
        var settings = new RabbitMQTransport(RoutingTopology.Conventional(QueueType.Quorum), vhost.Amqp).Settings("Sender");
        await using var publisher = new Publisher(
            settings, new ConventionalTopology(QueueType.Quorum, durable: true), TimeProvider.System, NullLogger.Instance);
        await publisher.Connect(CancellationToken.None);
        Task Send(params string[] ids) => publisher.Dispatch([.. ids.Select(id =>
            new OutgoingMessage(id, "Desk", "", Mandatory: true, new BasicProperties { MessageId = id }, "{}"u8.ToArray()) { Address = "Desk" })],
            CancellationToken.None);

        Assert.That(() => Send("before", new string('x', 300), "after"), Throws.TypeOf<MessagesNotSentException>());
        await Send("later");

        Assert.That(await vhost.Depth("Desk"), Is.EqualTo(3));
    }

    [Test]
    public async Task Many_at_once_are_all_confirmed()
    {
        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => desk.Send([.. Enumerable.Range(0, 100).Select(_ => Letter.To("Desk"))])));

        Assert.That(await vhost.Depth("Desk"), Is.EqualTo(3_000));
    }
}
