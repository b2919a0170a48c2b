using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Roost.Bus.RabbitMQ.Receiving;
using Roost.Bus.Tests.Running;

namespace Roost.Bus.Tests.Transport;

/// <summary>A note says that a message was done, so that its redelivery is not. Whatever else has its id must not be swallowed by that note.</summary>
public sealed class When_an_acknowledgement_was_lost
{
    static readonly TimeSpan UntilARedelivery = TimeSpan.FromMinutes(2);

    readonly ManualClock clock = new();
    Deliveries deliveries = null!;

    [SetUp]
    public void A_message_is_done()
    {
        deliveries = new Deliveries(messageIdStrategy: null, brokerCounts: false, clock);
        deliveries.RememberDone(deliveries.Read(Redelivered()));
    }

    [Test]
    public void Its_redelivery_is_known_again()
    {
        clock.Advance(UntilARedelivery - TimeSpan.FromSeconds(5));

        Assert.That(WasDone(Redelivered()), Is.True);
    }

    [Test]
    public void It_is_known_again_once() => Assert.That((WasDone(Redelivered()), WasDone(Redelivered())), Is.EqualTo((true, false)));

    /// <summary>By then the broker has long delivered it again: here, or to another instance.</summary>
    [Test]
    public void After_a_while_a_message_with_its_id_is_another_one()
    {
        clock.Advance(UntilARedelivery);

        Assert.That(WasDone(Redelivered()), Is.False);
    }

    /// <summary>Both have the id of the message that failed, and may have been given back by another instance before they come here.</summary>
    [TestCase("NServiceBus.Retries", "1", TestName = "A_delayed_retry_of_it_is_another_one")]
    [TestCase("ServiceControl.Retry.UniqueMessageId", "failure-1", TestName = "What_the_platform_sent_back_is_another_one")]
    public void A_copy_of_it_is_another_one(string header, string value)
    {
        var copy = Redelivered(header, value);

        Assert.That(WasDone(copy), Is.False);
        deliveries.RememberAttempt(deliveries.Read(Redelivered()) with { Attempt = 5 });
        Assert.That(deliveries.Read(copy).Attempt, Is.EqualTo(2), "nor do the attempts of the first count for it");
    }

    bool WasDone(BasicDeliverEventArgs message) => deliveries.WasDone(message, deliveries.Read(message));

    static BasicDeliverEventArgs Redelivered(string? header = null, string value = "")
    {
        var properties = new BasicProperties { MessageId = "done", Headers = new Dictionary<string, object?>() };
        if (header is not null) properties.Headers[header] = Encoding.UTF8.GetBytes(value);
        return new BasicDeliverEventArgs("tag", deliveryTag: 1, redelivered: true, "Desk", "", properties, default, CancellationToken.None);
    }
}
