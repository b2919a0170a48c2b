using System.Diagnostics;
using Roost.Bus.RabbitMQ.Sending;
using Roost.Bus.Tests.Running;
using Roost.Bus.Tests.Transport;
using Roost.Servers;
using Letter = Roost.Bus.Tests.Transport.Letter;

namespace Roost.Bus.Tests.Crashing;

/// <summary>P-65, P-66. Nobody touches the endpoints: with their broker back they work again.</summary>
[Parallelizable]
public sealed class When_the_broker_restarts
{
    static readonly TimeSpan ToComeBack = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Stopped, not killed: RabbitMQ 3.10 that is killed at work often comes back with a quorum queue that chooses no leader, ever, whether or not anybody asks it for
    /// something, and no client can mend that.
    /// </summary>
    [Test]
    public async Task Under_load_nothing_is_lost_and_nothing_happens_twice()
    {
        await using var server = await OwnRabbit.Start();
        await using var world = World.On(await server.NewVhost(), await Postgres.NewDatabase("restarted"));
        await using var trips = await Trips.In(world, new(world.Broker.Amqp, world.Database.ConnectionString));
        await trips.SetOut();

        await server.Stop();
        await server.Run();
        await trips.Flow(ToComeBack);

        await server.Stop();
        await server.Run();
        await trips.Flow(ToComeBack);

        await trips.EachHappenedOnce();
    }

    /// <summary>A broker short of memory stops reading without a word to the sender of the message.</summary>
    [Test]
    public async Task While_it_takes_no_messages_a_send_fails_within_its_bound_and_says_why()
    {
        await using var broker = await OwnRabbit.StartShortOfMemory();
        await using var vhost = await broker.NewVhost();
        await using (var desk = await Mailbox.At(vhost.Amqp, settings: s => s with { PatienceWhenSending = TimeSpan.FromSeconds(3) }))
        {
            var watch = Stopwatch.StartNew();
            Assert.That(() => desk.Send([.. Enumerable.Range(0, 500).Select(_ => Letter.To("Desk"))]),
                Throws.TypeOf<MessagesNotSentException>().With.Message.Contains("takes no messages"));
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
        }

        await broker.Stop();
        await broker.Run();
        await using var later = await Mailbox.On(vhost);
        await later.Send(Letter.To("Desk"));
    }

    /// <summary>
    /// What comes to a queue without a leader is never confirmed, and for its sake the broker holds back everything on that connection.
    /// </summary>
    [Test]
    public async Task A_queue_that_answers_nobody_holds_up_the_others_only_for_a_while()
    {
        await using var server = await OwnRabbit.Start();
        await using var vhost = await server.NewVhost();
        await using var desk = await Mailbox.On(vhost);
        await using var other = await Mailbox.At(vhost.Amqp, "Other", settings: s => s with { DeafAfter = TimeSpan.FromSeconds(2) });
        await other.Open();
        await server.Silence(vhost, "Desk");
        var watch = Stopwatch.StartNew();

        Assert.That(() => other.Send([.. Enumerable.Range(0, 500).Select(_ => Letter.To("Desk"))]),
            Throws.TypeOf<MessagesNotSentException>().With.Message.Contains("did not confirm in time"));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)), "the time that a send may take otherwise is 30 s");

        var letter = Letter.To("Other");
        await Eventually.Is(async () =>
        {
            await other.Send(letter);
            return true;
        }, within: TimeSpan.FromSeconds(30));
        await other.Receives(letter.MessageId);
    }
}
