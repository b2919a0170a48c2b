using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client.Exceptions;
using Roost.Bus.RabbitMQ.Connecting;
using Roost.Bus.RabbitMQ.Sending;
using Roost.Bus.Tests.Running;
using Roost.Servers;

namespace Roost.Bus.Tests.Transport;

public sealed class When_the_broker_is_away
{
    Rabbit.Vhost? vhost;
    Link wire = null!;

    [SetUp]
    public async Task Broker()
    {
        vhost = await Rabbit.NewVhost("away");
        wire = Link.To(Rabbit.Broker.Host, Rabbit.Broker.Port);
    }

    [TearDown]
    public async Task Gone()
    {
        if (wire is not null) await wire.DisposeAsync();
        if (vhost is not null) await vhost.DisposeAsync();
    }

    [Test]
    public async Task The_start_waits_for_it()
    {
        wire.Cut();
        await using var desk = Mailbox.Unopened(Amqp);
        var installing = desk.Transport.Install(["Desk"], [Mailbox.Errors], default);
        var connecting = desk.Transport.Connect(default);

        wire.Join();

        await Task.WhenAll(installing, connecting).WaitAsync(Eventually.Patience);
        await desk.Send(Letter.To("Desk"));
    }

    [Test]
    public async Task The_start_gives_up_at_last_and_says_where_it_looked()
    {
        wire.Cut();
        await using var desk = Mailbox.Unopened(Amqp, settings: s => s with { PatienceAtStart = TimeSpan.FromSeconds(1) });

        Assert.That(() => desk.Transport.Connect(default),
            Throws.TypeOf<BrokerUnreachableException>().With.InnerException.Message.Contains($"{wire.Port}"));
    }

    [Test]
    public async Task A_wrong_password_is_not_waited_with()
    {
        var watch = Stopwatch.StartNew();
        await using var desk = Mailbox.Unopened(new UriBuilder(Amqp) { Password = "wrong" }.ToString());

        Assert.That(() => desk.Transport.Connect(default), Throws.TypeOf<BrokerUnreachableException>());
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public async Task A_missing_queue_is_not_waited_for()
    {
        await using var desk = Mailbox.Unopened(Amqp);
        await desk.Transport.Connect(default);

        Assert.That(() => desk.Open(), Throws.InstanceOf<OperationInterruptedException>().With.Message.Contains("Desk"));
    }

    [Test]
    public async Task For_too_long_it_is_told_once_and_tried_on()
    {
        await using var desk = await Mailbox.At(Amqp, configure: transport => transport.TimeToWaitBeforeTriggeringCircuitBreaker = TimeSpan.FromSeconds(1));
        await desk.Open();

        wire.Cut();
        await Eventually.Is(() => !desk.CriticalErrors.IsEmpty);
        wire.Join();

        var letter = Letter.To("Desk");
        await desk.Send(letter);
        await desk.Receives(letter.MessageId);
        Assert.That(desk.CriticalErrors, Has.Count.EqualTo(1));
    }

    /// <summary>Behind a proxy whose broker is gone, or with a queue that ends each subscription, a connection opens well and dies at once.</summary>
    [Test]
    public async Task Connections_that_open_and_die_are_no_better_than_none()
    {
        var (told, opened) = (new TaskCompletionSource<string>(), 0);
        var settings = new RabbitMQTransport(RoutingTopology.Conventional(QueueType.Quorum), Amqp).Settings("Desk") with { CriticalAfter = TimeSpan.FromSeconds(1) };
        await using var lasting = new LastingConnection(settings, "Desk Test", DyingAtOnce, (what, _) =>
        {
            told.TrySetResult(what);
            return Task.CompletedTask;
        }, TimeProvider.System, NullLogger.Instance);
        await lasting.Start(default);

        Assert.That(await told.Task.WaitAsync(Eventually.Patience), Does.Contain("no lasting connection"));
        Assert.That(opened, Is.InRange(2, 4), "with growing pauses");

        Task<string> DyingAtOnce(BrokerConnection connection, Action ready, CancellationToken stopping)
        {
            Interlocked.Increment(ref opened);
            ready();
            return Task.FromResult("it died");
        }
    }

    [Test]
    public async Task After_one_that_lasted_the_first_pause_is_short_again()
    {
        var (clock, log, opened) = (new ManualClock(), new LogBook(), 0);
        var settings = new RabbitMQTransport(RoutingTopology.Conventional(QueueType.Quorum), Amqp).Settings("Desk");
        await using var lasting = new LastingConnection(settings, "Desk Test", LastingAnHour, (_, _) => throw new InvalidOperationException(), clock, log);
        await lasting.Start(default);

        await Eventually.Is(() => Volatile.Read(ref opened) == 3);

        Assert.That(log.Says("again in about 0.5 s"), Is.True);
        Assert.That(log.Says("again in about 1.0 s") || log.Says("critical"), Is.False);

        Task<string> LastingAnHour(BrokerConnection connection, Action ready, CancellationToken stopping)
        {
            Interlocked.Increment(ref opened);
            ready();
            clock.Advance(TimeSpan.FromHours(1));
            ready(); // its channel was opened again: the connection is as old as it is
            return Task.FromResult("it died");
        }
    }

    [Test]
    public async Task A_send_waits_for_it_within_a_bound()
    {
        await using var desk = await Mailbox.At(Amqp, settings: s => s with { PatienceWhenSending = TimeSpan.FromSeconds(1) });
        wire.Cut();

        var watch = Stopwatch.StartNew();
        // The first may be told that the connection broke, the next that there is none.
        await Eventually.Sees(() => Refusal(desk), refusal => refusal.Contains("no connection", StringComparison.Ordinal));

        wire.Join();
        await Eventually.Is(async () =>
        {
            await desk.Send(Letter.To("Desk"));
            return true;
        });
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public async Task Whoever_waits_until_it_takes_messages_again_is_told()
    {
        await using var desk = await Mailbox.At(Amqp);
        await desk.Transport.Ready(default);
        wire.Cut();
        await Eventually.Is(() => !desk.Transport.Ready(default).IsCompleted);

        var ready = desk.Transport.Ready(default);
        Assert.That(() => ready.WaitAsync(TimeSpan.FromMilliseconds(200)), Throws.TypeOf<TimeoutException>());
        wire.Join();

        await ready.WaitAsync(Eventually.Patience);
        await desk.Send(Letter.To("Desk"));
    }

    [Test]
    public async Task Stopping_does_not_wait_for_it()
    {
        var desk = await Mailbox.At(Amqp);
        await desk.Open();
        wire.Cut();

        var watch = Stopwatch.StartNew();
        await desk.Close();
        await desk.DisposeAsync();

        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(15)));
        Assert.That(() => desk.Send(Letter.To("Desk")), Throws.TypeOf<MessagesNotSentException>());
    }

    /// <summary>Whatever the attempt to connect met at that instant, it is not the stop that failed.</summary>
    [Test]
    public async Task Stopping_at_the_instant_of_a_refused_connection_is_a_stop()
    {
        var settings = new RabbitMQTransport(RoutingTopology.Conventional(QueueType.Quorum), Amqp).Settings("Desk");
        var lasting = new LastingConnection(settings, "Desk Test", RefusedAtTheStop, onCritical: null, TimeProvider.System, NullLogger.Instance);
        await lasting.Start(default);

        await lasting.DisposeAsync();

        static async Task<string> RefusedAtTheStop(BrokerConnection connection, Action ready, CancellationToken stopping)
        {
            ready();
            await Task.Delay(Timeout.Infinite, stopping).ContinueWith(_ => { }, TaskScheduler.Default);
            throw new BrokerUnreachableException(new IOException("connection refused"));
        }
    }

    string Amqp => vhost!.Through(wire.Host, wire.Port);

    static async Task<string> Refusal(Mailbox desk)
    {
        try
        {
            await desk.Send(Letter.To("Desk"));
            return "it was sent";
        }
        catch (MessagesNotSentException e)
        {
            return e.Message;
        }
    }
}
