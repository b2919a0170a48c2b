using System.Text.Json;
using Roost.Servers;

namespace Roost.Bus.Tests.Transport;

/// <summary>What an operator sees in the broker's own tools.</summary>
public sealed class When_an_endpoint_connects
{
    Rabbit.Vhost? vhost;

    [OneTimeSetUp]
    public async Task Broker() => vhost = await Rabbit.NewVhost("connects");

    [OneTimeTearDown]
    public ValueTask Gone() => vhost?.DisposeAsync() ?? default;

    [Test]
    public async Task Its_connections_say_whose_they_are_and_what_for()
    {
        await using var desk = await Mailbox.On(vhost!);
        await desk.Open();

        var connections = await Eventually.Sees(async () => await Listed("vhosts/{0}/connections"), list => list.Count == 2, TimeSpan.FromSeconds(30));

        var introductions = connections.Select(connection => connection.GetProperty("client_properties")).ToList();
        Assert.That(introductions.Select(i => i.GetProperty("connection_name").GetString()), Is.EquivalentTo(new[] { "Desk Publish", "Desk MessagePump" }));
        foreach (var introduction in introductions)
        {
            Assert.That(introduction.GetProperty("client_api").GetString(), Is.EqualTo("NServiceBus"));
            Assert.That(introduction.GetProperty("endpoint_name").GetString(), Is.EqualTo("Desk"));
            Assert.That(introduction.GetProperty("machine_name").GetString(), Is.EqualTo(Environment.MachineName));
            foreach (var also in new[] { "nservicebus_version", "nservicebus.rabbitmq_version", "application", "application_location", "user" })
            {
                Assert.That(introduction.TryGetProperty(also, out _), also);
            }
        }
    }

    [TestCase("Usual", null, 8, 24)]
    [TestCase("Less", 1, 8, 8)]
    [TestCase("Other", 50, 8, 50)]
    [TestCase("Most", 100_000, 8, 65_535)]
    public async Task It_gets_three_messages_ahead_per_worker_unless_it_says_otherwise(string queue, int? calculated, int concurrency, int prefetch)
    {
        await using var desk = await Mailbox.On(vhost!, queue, transport =>
        {
            if (calculated is { } other) transport.PrefetchCountCalculation = _ => other;
        });
        await desk.Open(concurrency);

        var consumers = await Eventually.Sees(async () => (await Listed("consumers/{0}")).Where(c => c.GetProperty("queue").GetProperty("name").GetString() == queue).ToList(),
            list => list.Count == 1, TimeSpan.FromSeconds(30));

        Assert.That(consumers[0].GetProperty("prefetch_count").GetInt32(), Is.EqualTo(prefetch));
        Assert.That(consumers[0].GetProperty("consumer_tag").GetString(), Is.EqualTo($"test-host - {queue}"));
        Assert.That(consumers[0].GetProperty("ack_required").GetBoolean());
    }

    [Test]
    public void Another_transaction_mode_is_refused() => Assert.That(
        () => new RabbitMQTransport(RoutingTopology.Conventional(QueueType.Quorum), vhost!.Amqp)
        {
            TransportTransactionMode = NServiceBus.Transport.TransportTransactionMode.SendsAtomicWithReceive,
        },
        Throws.TypeOf<NotSupportedException>());

    async Task<List<JsonElement>> Listed(string path) =>
        [.. (await vhost!.Get("api/" + string.Format(path, vhost.Name)))!.Value.EnumerateArray()];
}
