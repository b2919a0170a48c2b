using System.Diagnostics.Metrics;
using Roost.Bus.RabbitMQ.Connecting;
using Roost.Bus.Transport;
using Roost.Servers;

namespace Roost.Bus.Tests.Transport;

public sealed class When_the_connection_is_dropped
{
    static readonly TimeSpan LongerThanThePause = TimeSpan.FromSeconds(1.5);
    Rabbit.Vhost vhost = null!;
    Mailbox desk = null!;

    [SetUp]
    public async Task Broker()
    {
        vhost = await Rabbit.NewVhost("dropped");
        desk = await Mailbox.On(vhost);
    }

    [TearDown]
    public async Task Gone()
    {
        if (desk is not null) await desk.DisposeAsync();
        if (vhost is not null) await vhost.DisposeAsync();
    }

    [Test]
    public async Task Again_and_again_under_load_nothing_is_lost()
    {
        await desk.Open(concurrency: 8);
        await using var traffic = Traffic.Between(desk, desk);
        for (var drop = 0; drop < 4; drop++)
        {
            await traffic.Flows();
            await vhost.DropConnections(atLeast: 2);
        }
        await traffic.Flows();

        await traffic.NothingIsLost();
    }

    /// <summary>The broker delivers again what was never acknowledged; here it was done, so only the acknowledgement is made up for.</summary>
    [Test]
    public async Task Work_that_was_in_flight_is_not_done_twice()
    {
        var atWork = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        desk.Answer = WorkUntil(goOn, atWork);
        await desk.Open();
        await desk.Send(Letter.To("Desk", "slow work"));
        await atWork.Task;

        await vhost.DropConnections(atLeast: 2);
        await Eventually.Is(async () => await vhost.Depth("Desk") == 1, describe: () => "the broker has it back");
        Assert.That(() => Eventually.Is(() => desk.TimesReceived("slow work") == 2, within: LongerThanThePause), Throws.TypeOf<AssertionException>(),
            "not while it is being done");
        goOn.SetResult();

        await desk.Send(Letter.To("Desk", "later"));
        await desk.Receives("later");
        await Eventually.Is(async () => await vhost.Depth("Desk") == 0);
        await desk.Close();
        Assert.That(await vhost.Depth("Desk"), Is.Zero);
        Assert.That(desk.TimesReceived("slow work"), Is.EqualTo(1));
    }

    /// <summary>Somebody sends a failed message back by hand: same id, but not the one whose acknowledgement got lost.</summary>
    [Test]
    public async Task A_new_message_with_the_id_of_a_done_one_is_processed()
    {
        var atWork = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        desk.Answer = WorkUntil(goOn, atWork);
        await desk.Open();
        await desk.Send(Letter.To("Desk", "same id"));
        await atWork.Task;
        await vhost.DropConnections(atLeast: 2);
        await Eventually.Is(async () => await vhost.Depth("Desk") == 1);
        Assert.That((await vhost.Take("Desk"))!.BasicProperties.MessageId, Is.EqualTo("same id"), "another instance takes the redelivery");
        goOn.SetResult();

        desk.Answer = (delivery, _) => Task.FromResult(delivery.Attempt == 1 ? Settlement.Requeue : Settlement.Done);
        await desk.Send(Letter.To("Desk", "same id"));

        await Eventually.Is(() => desk.TimesReceived("same id") == 3, describe: () => $"{desk.TimesReceived("same id")} times");
    }

    static Func<Delivery, CancellationToken, Task<Settlement>> WorkUntil(TaskCompletionSource goOn, TaskCompletionSource atWork) => async (_, _) =>
    {
        atWork.TrySetResult();
        await goOn.Task;
        return Settlement.Done;
    };

    [Test]
    public async Task The_number_of_connections_and_channels_stays_the_same()
    {
        using var counted = new Counted();
        await using var other = await Mailbox.On(vhost, "Other");
        await other.Open();
        Assert.That((counted.Connections, counted.Channels), Is.EqualTo((2, 2)));

        for (var drop = 0; drop < 5; drop++)
        {
            // The third is the fixture's.
            await vhost.DropConnections(atLeast: 3);
            var letter = Letter.To("Other");
            await Eventually.Is(async () =>
            {
                await other.Send(letter);
                return true;
            });
            await other.Receives(letter.MessageId);
        }

        await Eventually.Is(() => (counted.Connections, counted.Channels) == (2, 2), describe: counted.ToString);
        await other.DisposeAsync();
        await Eventually.Is(() => (counted.Connections, counted.Channels) == (0, 0), describe: counted.ToString);
    }

    /// <summary>The figures that the transport publishes, from now on, of this test's endpoint and the fixture's.</summary>
    sealed class Counted : IDisposable
    {
        readonly MeterListener listener = new();
        int connections;
        int channels;

        public Counted()
        {
            listener.InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == BrokerMeter.Name) l.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<int>((instrument, change, _, _) =>
            {
                if (instrument.Name.EndsWith(".connections", StringComparison.Ordinal)) Interlocked.Add(ref connections, change);
                if (instrument.Name.EndsWith(".channels", StringComparison.Ordinal)) Interlocked.Add(ref channels, change);
            });
            listener.Start();
        }

        public int Connections => connections;
        public int Channels => channels;

        public override string ToString() => $"{connections} connections, {channels} channels";
        public void Dispose() => listener.Dispose();
    }
}
