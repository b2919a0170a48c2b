using System.Text;
using RabbitMQ.Client;
using Roost.Bus.Transport;
using Roost.Servers;

namespace Roost.Bus.Tests.Transport;

public sealed class When_a_message_leaves
{
    Rabbit.Vhost vhost = null!;
    Mailbox desk = null!;

    [OneTimeSetUp]
    public async Task Broker()
    {
        vhost = await Rabbit.NewVhost("leaving");
        desk = await Mailbox.On(vhost);
    }

    [OneTimeTearDown]
    public async Task Gone()
    {
        if (desk is not null) await desk.DisposeAsync();
        if (vhost is not null) await vhost.DisposeAsync();
    }

    /// <summary>The headers of the worked example 12.2 of the fact sheet.</summary>
    static Dictionary<string, string> OfficialHeaders => new()
    {
        ["NServiceBus.MessageId"] = "4c71e3b1-f399-45b5-9cfc-b50900421270",
        ["NServiceBus.MessageIntent"] = "Send",
        ["NServiceBus.CorrelationId"] = "c357cea3-0000-0000-0000-b5090042123b",
        ["NServiceBus.ReplyToAddress"] = "Facts.Saga",
        ["NServiceBus.ContentType"] = "application/json",
        ["NServiceBus.EnclosedMessageTypes"] = "Acme.DoWork, Facts.App, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null;Acme.IWork, Facts.App",
        ["NServiceBus.TimeSent"] = "2026-11-21 04:00:33:658123 Z",
        ["Grüße"] = "höflich",
    };

    [Test]
    public async Task Its_properties_and_headers_are_those_of_the_official_runtime()
    {
        await desk.Send(new OutgoingOperation("4c71e3b1-f399-45b5-9cfc-b50900421270", OfficialHeaders, "{\"N\":1}"u8.ToArray()) { Destination = "Desk" });

        var arrived = (await vhost.Take("Desk"))!;
        var properties = arrived.BasicProperties;
        Assert.That((arrived.Exchange, arrived.RoutingKey), Is.EqualTo(("Desk", "")));
        Assert.That(Encoding.UTF8.GetString(arrived.Body.Span), Is.EqualTo("{\"N\":1}"));
        Assert.That(properties.MessageId, Is.EqualTo("4c71e3b1-f399-45b5-9cfc-b50900421270"));
        Assert.That(properties.DeliveryMode, Is.EqualTo(DeliveryModes.Persistent));
        Assert.That(properties.CorrelationId, Is.EqualTo("c357cea3-0000-0000-0000-b5090042123b"));
        Assert.That(properties.Type, Is.EqualTo("Acme.DoWork"));
        Assert.That(properties.ContentType, Is.EqualTo("application/json"));
        Assert.That(properties.ReplyTo, Is.EqualTo("Facts.Saga"));
        Assert.That(properties.IsExpirationPresent() || properties.IsAppIdPresent() || properties.IsUserIdPresent()
            || properties.IsPriorityPresent() || properties.IsTimestampPresent() || properties.IsContentEncodingPresent(), Is.False);
        Assert.That(Strings(properties.Headers!), Is.EquivalentTo(OfficialHeaders));
    }

    [Test]
    public async Task Without_optional_headers_the_properties_are_absent()
    {
        await desk.Send(new OutgoingOperation("bare", [], ReadOnlyMemory<byte>.Empty) { Destination = "Desk" });

        var properties = (await vhost.Take("Desk"))!.BasicProperties;
        Assert.That(properties.ContentType, Is.EqualTo("application/octet-stream"));
        Assert.That(properties.IsCorrelationIdPresent() || properties.IsReplyToPresent() || properties.IsTypePresent(), Is.False);
    }

    [Test]
    public async Task A_time_to_be_received_becomes_its_expiration()
    {
        await desk.Send(Letter.To("Desk", "short") with { TimeToBeReceived = TimeSpan.FromSeconds(90) });
        await desk.Send(Letter.To("Desk", "for ever") with { TimeToBeReceived = TimeSpan.MaxValue });

        Assert.That((await vhost.Take("Desk"))!.BasicProperties.Expiration, Is.EqualTo("90000"));
        Assert.That((await vhost.Take("Desk"))!.BasicProperties.IsExpirationPresent(), Is.False);
    }

    /// <summary>The broker takes whole milliseconds, and no more than those of ten years.</summary>
    [TestCase(0.5, "1")]
    [TestCase(1500.25, "1501")]
    [TestCase(315_360_000_000, "315360000000")]
    public async Task A_time_to_be_received_is_said_as_the_broker_wants_it(double milliseconds, string expiration)
    {
        await using var own = await Mailbox.On(vhost, $"Expiring{expiration}");
        await own.Send(Letter.To(own.Queue) with { TimeToBeReceived = TimeSpan.FromMilliseconds(milliseconds) });

        if (milliseconds > 60_000) Assert.That((await vhost.Take(own.Queue))!.BasicProperties.Expiration, Is.EqualTo(expiration));
        else await Eventually.Is(async () => await vhost.Depth(own.Queue) == 0);
        await desk.Send(Letter.To("Desk"));
        await vhost.Take("Desk");
    }

    /// <summary>A native property holds 255 bytes. What is longer is said by the header alone, which the receiver goes by then.</summary>
    [Test]
    public async Task What_does_not_fit_into_a_property_is_said_by_the_header()
    {
        var letter = Letter.To("Desk", new string('i', 300));
        string[] names = ["NServiceBus.CorrelationId", "NServiceBus.ReplyToAddress", "NServiceBus.ContentType", "NServiceBus.EnclosedMessageTypes"];
        foreach (var name in names) letter.Headers[name] = new string('é', 150);

        await desk.Send(letter);

        var arrived = (await vhost.Take("Desk"))!;
        var properties = arrived.BasicProperties;
        Assert.That(properties.IsCorrelationIdPresent() || properties.IsReplyToPresent() || properties.IsTypePresent() || properties.IsContentTypePresent(), Is.False);
        Assert.That(properties.MessageId, Is.EqualTo(new string('i', 255)));
        Assert.That(Strings(properties.Headers!), Is.EquivalentTo(letter.Headers));
    }

    [Test]
    public async Task One_that_need_not_survive_the_broker_is_marked_so_and_the_wish_is_not_passed_on()
    {
        var letter = Letter.To("Desk");
        letter.Headers["NServiceBus.Transport.RabbitMQ.UseNonPersistentDelivery"] = "";

        await desk.Send(letter);

        var properties = (await vhost.Take("Desk"))!.BasicProperties;
        Assert.That(properties.DeliveryMode, Is.EqualTo(DeliveryModes.Transient));
        Assert.That(properties.Headers!.Keys, Has.None.Contains("NonPersistent"));
        Assert.That(letter.Headers.Keys, Has.Some.Contains("NonPersistent"), "the caller's dictionary is left alone");
    }

    /// <summary>All but what the broker adds on the way.</summary>
    static Dictionary<string, string> Strings(IDictionary<string, object?> headers) =>
        headers.Where(header => header.Key != "x-delivery-count").ToDictionary(header => header.Key, header => Encoding.UTF8.GetString((byte[])header.Value!));
}
