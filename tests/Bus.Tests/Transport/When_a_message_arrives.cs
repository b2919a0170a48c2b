using System.Text;
using RabbitMQ.Client;
using Roost.Bus.RabbitMQ.Receiving;
using Roost.Servers;
using Headers = NServiceBus.Headers;

namespace Roost.Bus.Tests.Transport;

public sealed class When_a_message_arrives
{
    Rabbit.Vhost vhost = null!;
    Mailbox desk = null!;

    [OneTimeSetUp]
    public async Task Broker()
    {
        vhost = await Rabbit.NewVhost("arriving");
        desk = await Mailbox.On(vhost);
        await desk.Open();
    }

    [OneTimeTearDown]
    public async Task Gone()
    {
        if (desk is not null) await desk.DisposeAsync();
        if (vhost is not null) await vhost.DisposeAsync();
    }

    [Test]
    public async Task It_is_what_was_sent()
    {
        var letter = Letter.To("Desk");
        letter.Headers[Headers.EnclosedMessageTypes] = "Acme.DoWork, Facts.App, Version=1.0.0.0;Acme.IWork, Facts.App";
        letter.Headers[Headers.CorrelationId] = "conversation";
        letter.Headers[Headers.ReplyToAddress] = "Sender";

        await desk.Send(letter);

        var delivery = await desk.Receives(letter.MessageId);
        Assert.That(delivery.Headers, Is.EquivalentTo(letter.Headers));
        Assert.That(delivery.Body.ToArray(), Is.EqualTo(letter.Body.ToArray()));
        Assert.That(delivery.Attempt, Is.EqualTo(1));
    }

    /// <summary>All a sender that never heard of this bus has to give: an id, a type and JSON.</summary>
    [Test]
    public async Task From_a_foreign_sender_an_id_and_a_type_are_enough()
    {
        await Foreign(new BasicProperties { MessageId = "foreign", Type = "Acme.DoWork" });

        var delivery = await desk.Receives("foreign");
        Assert.That(delivery.Headers, Is.EquivalentTo(new Dictionary<string, string> { [Headers.EnclosedMessageTypes] = "Acme.DoWork" }));
        Assert.That(Encoding.UTF8.GetString(delivery.Body.Span), Is.EqualTo("{}"));
    }

    /// <summary>Larger than the client takes by itself: what the broker has taken must be received, or its queue stands still.</summary>
    [Test]
    public async Task However_large_the_broker_lets_it_be_it_arrives()
    {
        const int MoreThanTheClientsDefault = 64 * 1024 * 1024 + 1;
        await using var large = await Mailbox.On(vhost, "Large");
        await large.Open();

        await Foreign(new BasicProperties { MessageId = "large" }, "Large", new byte[MoreThanTheClientsDefault]);

        Assert.That((await large.Receives("large")).Body.Length, Is.EqualTo(MoreThanTheClientsDefault));
    }

    [Test]
    public async Task Native_properties_win_over_headers_except_the_type()
    {
        await Foreign(new BasicProperties
        {
            MessageId = "mixed",
            ReplyTo = "native",
            CorrelationId = "native",
            ContentType = "native",
            Type = "native",
            DeliveryMode = DeliveryModes.Transient,
            Headers = new Dictionary<string, object?>
            {
                [Headers.ReplyToAddress] = "header",
                [Headers.CorrelationId] = "header",
                [Headers.ContentType] = "header",
                [Headers.EnclosedMessageTypes] = "header",
            },
        });

        var headers = (await desk.Receives("mixed")).Headers;
        Assert.That(headers, Is.EquivalentTo(new Dictionary<string, string>
        {
            [Headers.ReplyToAddress] = "native",
            [Headers.CorrelationId] = "native",
            [Headers.ContentType] = "native",
            [Headers.EnclosedMessageTypes] = "header",
            ["NServiceBus.Transport.RabbitMQ.UseNonPersistentDelivery"] = "True",
        }));
    }

    [Test]
    public void Headers_of_any_type_become_text_and_the_transport_s_own_vanish()
    {
        var properties = new BasicProperties
        {
            ReplyTo = "reply-to",
            Headers = new Dictionary<string, object?>
            {
                ["text"] = "é"u8.ToArray(),
                ["number"] = 7,
                ["big"] = 7_000_000_000L,
                ["fraction"] = 1.5,
                ["yes"] = true,
                ["nothing"] = null,
                ["time"] = new AmqpTimestamp(1_795_233_633),
                ["list"] = new List<object?> { "a"u8.ToArray(), 2 },
                ["table"] = new Dictionary<string, object?> { ["k"] = "v"u8.ToArray(), ["n"] = 1 },
                ["NServiceBus.RabbitMQ.CallbackQueue"] = "callback"u8.ToArray(),
                ["NServiceBus.Transport.RabbitMQ.DelayInSeconds"] = 5,
                ["x-death"] = new List<object?>(),
                ["x-first-death-queue"] = "q"u8.ToArray(),
                ["x-first-death-exchange"] = "q"u8.ToArray(),
                ["x-first-death-reason"] = "q"u8.ToArray(),
                ["x-dotnet-pub-seq-no"] = new byte[8],
                ["x-delivery-count"] = 3,
            },
        };

        Assert.That(IncomingMessage.ReadHeaders(properties), Is.EquivalentTo(new Dictionary<string, string>
        {
            ["text"] = "é",
            ["number"] = "7",
            ["big"] = "7000000000",
            ["fraction"] = "1.5",
            ["yes"] = "True",
            ["nothing"] = "",
            ["time"] = "2026-11-21 04:00:33:000000 Z",
            ["list"] = "a;2",
            ["table"] = "k=v,n=1",
            ["NServiceBus.RabbitMQ.CallbackQueue"] = "callback",
            [Headers.ReplyToAddress] = "callback",
        }));
    }

    /// <summary>Twenty thousand of them, which one header has room for, would take the stack of whoever follows them, and the process with it.</summary>
    [Test]
    public void Lists_and_tables_in_one_another_become_text_only_so_far()
    {
        var headers = IncomingMessage.ReadHeaders(new BasicProperties
        {
            Headers = new Dictionary<string, object?> { ["lists"] = Nested(inner => new List<object?> { 1, inner }), ["tables"] = Nested(Table) },
        });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(headers["lists"], Is.EqualTo("1;1;1;1;1;1;1;1;…"));
            Assert.That(headers["tables"], Is.EqualTo("========…"));
        }
    }

    [Test]
    public async Task Lists_and_tables_in_one_another_are_received_however_many_fit_into_a_header()
    {
        await Foreign(new BasicProperties { MessageId = "deep tables", Headers = Deep(Nested(Table, 21_000)) });
        await Foreign(new BasicProperties { MessageId = "deep lists", Headers = Deep(Nested(inner => new List<object?> { inner }, 26_000)) });

        Assert.That((await desk.Receives("deep tables")).Headers["deep"], Is.EqualTo("========…"));
        Assert.That((await desk.Receives("deep lists")).Headers["deep"], Is.EqualTo("…"));
    }

    /// <summary>Writing them again would take the stack as well.</summary>
    [Test]
    public async Task Without_an_id_what_is_nested_too_deep_becomes_text()
    {
        await Foreign(new BasicProperties { Type = "Acme.Deep", Headers = Deep(Nested(Table)) });

        var poison = await Eventually.Sees(() => vhost.Take(Mailbox.Errors), found => found is not null);
        Assert.That(poison!.BasicProperties.Type, Is.EqualTo("Acme.Deep"));
        Assert.That(poison.BasicProperties.Headers!["deep"], Is.EqualTo("========…"u8.ToArray()));
    }

    [Test]
    public async Task Without_an_id_it_goes_to_the_error_queue_as_it_is()
    {
        await Foreign(new BasicProperties { Type = "Acme.DoWork", AppId = "foreign app", Headers = new Dictionary<string, object?> { ["n"] = 1 } });

        var poison = await Eventually.Sees(() => vhost.Take(Mailbox.Errors), found => found is not null);
        Assert.That((poison!.BasicProperties.AppId, poison.BasicProperties.Type, poison.BasicProperties.Headers!["n"]), Is.EqualTo(("foreign app", "Acme.DoWork", 1)));
        Assert.That(Encoding.UTF8.GetString(poison.Body.Span), Is.EqualTo("{}"));
        await Eventually.Is(async () => await vhost.Depth("Desk") == 0);
    }

    /// <summary>In the error queue it stays, and it gets there whoever sent it: the broker lets nobody publish under another user's name.</summary>
    [Test]
    public async Task Without_an_id_neither_its_expiry_nor_its_user_goes_with_it()
    {
        await Foreign(new BasicProperties { Type = "Acme.Expiring", Expiration = "60000", UserId = Rabbit.User });

        var poison = await Eventually.Sees(() => vhost.Take(Mailbox.Errors), found => found is not null);
        Assert.That(poison!.BasicProperties.Type, Is.EqualTo("Acme.Expiring"));
        Assert.That(poison.BasicProperties.IsExpirationPresent() || poison.BasicProperties.IsUserIdPresent(), Is.False);
    }

    /// <summary>P-70: given back, it would come again thousands of times a second.</summary>
    [Test]
    public async Task Without_an_id_and_without_an_error_queue_it_is_held_until_there_is_one()
    {
        await using var own = await Rabbit.NewVhost("noerrors");
        await using var lonely = await Mailbox.At(own.Amqp, "Lonely", settings: settings => settings with { CriticalAfter = TimeSpan.FromSeconds(0.5) });
        await using var connection = await own.Connect();
        await using var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeleteAsync(Mailbox.Errors);
        await lonely.Open();

        await channel.BasicPublishAsync("Lonely", "", new ReadOnlyMemory<byte>("{}"u8.ToArray()));

        await Eventually.Is(() => lonely.CriticalErrors.Count == 1);
        Assert.That(lonely.CriticalErrors.Single(), Does.Contain("Lonely").And.Contain(Mailbox.Errors));
        await channel.ExchangeDeclareAsync(Mailbox.Errors, ExchangeType.Fanout, durable: true);
        await channel.QueueBindAsync(Mailbox.Errors, Mailbox.Errors, "");
        await Eventually.Sees(() => own.Take(Mailbox.Errors), found => found is not null);
        await Eventually.Is(async () => await own.Depth("Lonely") == 0);
    }

    [Test]
    public async Task Its_id_may_be_found_elsewhere()
    {
        await using var strategist = await Mailbox.On(vhost, "Strategist", transport => transport.MessageIdStrategy = e => e.BasicProperties.CorrelationId ?? "");
        await strategist.Open();

        await Foreign(new BasicProperties { CorrelationId = "from correlation id" }, "Strategist");
        await Foreign(new BasicProperties { Headers = new Dictionary<string, object?> { [Headers.MessageId] = "from header" } }, "Strategist");

        await strategist.Receives("from correlation id");
        await strategist.Receives("from header");
    }

    static Dictionary<string, object?> Deep(object? nested) => new() { ["deep"] = nested };

    static object? Nested(Func<object?, object?> around, int times = 500) => Enumerable.Range(0, times).Aggregate((object?)null, (inner, _) => around(inner));

    static object Table(object? inner) => new Dictionary<string, object?> { [""] = inner };

    async Task Foreign(BasicProperties properties, string queue = "Desk", byte[]? body = null)
    {
        await using var connection = await vhost.Connect();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.BasicPublishAsync(queue, "", true, properties, body ?? "{}"u8.ToArray());
    }
}
