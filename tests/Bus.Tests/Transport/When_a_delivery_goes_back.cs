using System.Diagnostics;
using RabbitMQ.Client;
using Roost.Bus.Transport;
using Roost.Servers;

namespace Roost.Bus.Tests.Transport;

public sealed class When_a_delivery_goes_back
{
    Rabbit.Vhost vhost = null!;

    [OneTimeSetUp]
    public async Task Broker() => vhost = await Rabbit.NewVhost("back");

    [OneTimeTearDown]
    public ValueTask Gone() => vhost?.DisposeAsync() ?? default;

    [TestCase(QueueType.Quorum)]
    [TestCase(QueueType.Classic)]
    public async Task The_next_delivery_knows_its_number(QueueType queueType)
    {
        await using var own = await Rabbit.NewVhost("attempts");
        await using var desk = await Mailbox.On(own, queueType: queueType);
        desk.Answer = (delivery, _) => Task.FromResult(delivery.Attempt < 4 ? Settlement.Requeue : Settlement.Done);
        await desk.Open();

        await desk.Send(Letter.To("Desk"));

        await Eventually.Is(() => desk.Received.Count == 4);
        Assert.That(desk.Received.Select(delivery => delivery.Attempt), Is.EqualTo(new[] { 1, 2, 3, 4 }));
        await desk.Close();
        Assert.That(await own.Depth("Desk"), Is.Zero);
    }

    /// <summary>What one attempt did to the headers is not seen by the next, nor by the error queue.</summary>
    [Test]
    public async Task It_is_fresh_each_time()
    {
        await using var desk = await Mailbox.On(vhost, "Fresh");
        desk.Answer = (delivery, _) =>
        {
            delivery.Headers["scribbled"] = "by a handler";
            return Task.FromResult(delivery.Attempt < 2 ? Settlement.Requeue : Settlement.Done);
        };
        var letter = Letter.To("Fresh");
        var seen = new List<bool>();
        var scribble = desk.Answer;
        desk.Answer = (delivery, ct) =>
        {
            lock (seen) seen.Add(delivery.Headers.ContainsKey("scribbled"));
            return scribble(delivery, ct);
        };
        await desk.Open();

        await desk.Send(letter);

        await Eventually.Is(() => desk.TimesReceived(letter.MessageId) == 2);
        Assert.That(seen, Is.EqualTo(new[] { false, false }));
    }

    [Test]
    public async Task Processing_that_throws_counts_as_going_back()
    {
        await using var desk = await Mailbox.On(vhost, "Thrower");
        desk.Answer = (delivery, _) => delivery.Attempt == 1 ? throw new InvalidOperationException("broken") : Task.FromResult(Settlement.Done);
        await desk.Open();

        await desk.Send(Letter.To("Thrower", "thrown"));

        await Eventually.Is(() => desk.TimesReceived("thrown") == 2);
    }

    /// <summary>P-70. Nobody meant it to throw, so nobody counts its attempts.</summary>
    [Test]
    public async Task Processing_that_always_throws_does_not_make_it_circle_without_pause()
    {
        await using var desk = await Mailbox.On(vhost, "Circle");
        var watch = Stopwatch.StartNew();
        desk.Answer = (_, _) => throw new InvalidOperationException("broken");
        await desk.Open();

        await desk.Send(Letter.To("Circle", "circling"));

        await Eventually.Is(() => desk.TimesReceived("circling") == 3);
        Assert.That(watch.Elapsed, Is.GreaterThan(TimeSpan.FromSeconds(2)));
    }

    /// <summary>A classic queue counts nothing. A count in the headers is what another queue, or anybody, left there: it would never grow.</summary>
    [TestCase(QueueType.Quorum, 0)]
    [TestCase(QueueType.Quorum, int.MaxValue)]
    [TestCase(QueueType.Classic, 0)]
    [TestCase(QueueType.Classic, int.MaxValue)]
    public async Task A_count_of_deliveries_that_somebody_wrote_counts_nothing(QueueType queueType, int written)
    {
        await using var own = await Rabbit.NewVhost("forged");
        await using var desk = await Mailbox.On(own, queueType: queueType);
        desk.Answer = (delivery, _) => Task.FromResult(desk.Received.Count < 4 ? Settlement.Requeue : Settlement.Done);
        await desk.Open();
        await using (var connection = await own.Connect())
        {
            await using var channel = await connection.CreateChannelAsync();
            var properties = new BasicProperties { MessageId = "forged", Headers = new Dictionary<string, object?> { ["x-delivery-count"] = written } };
            await channel.BasicPublishAsync("Desk", "", mandatory: true, properties, "{}"u8.ToArray());
        }

        await Eventually.Is(() => desk.Received.Count == 4);
        Assert.That(desk.Received.Select(delivery => delivery.Attempt), Is.EqualTo(new[] { 1, 2, 3, 4 }));
    }
}
