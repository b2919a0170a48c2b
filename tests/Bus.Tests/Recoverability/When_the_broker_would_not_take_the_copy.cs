using RabbitMQ.Client;
using Roost.Bus.Tests.Running;

namespace Roost.Bus.Tests.Recoverability;

/// <summary>P-70: a copy that the broker does not take would keep the message, and one worker, for ever. So every copy is one that it takes.</summary>
public sealed class When_the_broker_would_not_take_the_copy
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(8);
    static readonly string Long = new('é', 150);

    World world = null!;

    [OneTimeSetUp]
    public async Task An_endpoint_whose_policy_asks_for_anything()
    {
        world = await World.Create("copies");
        await world.Start("Copying", (endpoint, _) =>
        {
            endpoint.AddHandler<Fails>();
            endpoint.LimitMessageProcessingConcurrencyTo(32); // one that is held must not make the next test fail
            endpoint.AuditProcessedMessagesTo("audit", TimeSpan.FromMilliseconds(3_600_000.5));
            endpoint.Recoverability()
                .CustomPolicy((_, failed) => failed.Headers.GetValueOrDefault("Policy") switch
                {
                    { } queue when queue.StartsWith("queue ", StringComparison.Ordinal) => RecoverabilityAction.MoveToError(queue["queue ".Length..]),
                    { } delay => RecoverabilityAction.DelayedRetry(TimeSpan.Parse(delay, System.Globalization.CultureInfo.InvariantCulture)),
                    null => RecoverabilityAction.MoveToError("error"),
                })
                .Failed(failed => failed.HeaderCustomization(headers =>
                {
                    headers["CC"] = "nobody";
                    headers["nothing"] = null!;
                    headers[new string('n', 300)] = "too long a name";
                }));
        });
    }

    [OneTimeTearDown]
    public async Task End() => await world.DisposeAsync();

    [TestCase("NServiceBus.MessageId")]
    [TestCase("NServiceBus.CorrelationId")]
    [TestCase("NServiceBus.ReplyToAddress")]
    public async Task Because_a_header_is_too_long_for_a_property(string name)
    {
        var failed = await Fail(new Letter("{}", typeof(Order)) { Headers = { [name] = Long } });

        Assert.That(failed[name], Is.EqualTo(Long));
    }

    [Test]
    public async Task Because_the_name_of_its_type_is_too_long_for_a_property()
    {
        var failed = await Fail(new Letter("{}", null) { Headers = { ["NServiceBus.EnclosedMessageTypes"] = Long } });

        Assert.That(failed["NServiceBus.EnclosedMessageTypes"], Is.EqualTo(Long));
    }

    [Test]
    public async Task Because_the_platforms_own_headers_fill_the_frame()
    {
        var letter = new Letter("{}", typeof(Order)) { ReplyTo = "somebody" };
        foreach (var name in new[] { "NServiceBus.One", "NServiceBus.Two" }) letter.Headers[name] = new string('x', 64_000);

        var failed = await Fail(letter);

        Assert.That(
            (failed["NServiceBus.MessageId"], failed["NServiceBus.ConversationId"], failed["NServiceBus.ReplyToAddress"]),
            Is.EqualTo((letter.Id, letter.Conversation, "somebody")), "what it takes to process the message again is whole");
        Assert.That(failed["NServiceBus.ExceptionInfo.ExceptionType"], Is.EqualTo(typeof(FormatException).FullName));
    }

    [Test]
    public async Task Because_there_are_too_many_headers_to_shorten()
    {
        var letter = new Letter("{}", typeof(Order));
        for (var number = 0; number < 400; number++) letter.Headers[$"{number:D3}{new string('n', 100)}"] = new string('x', 210);

        var failed = await Fail(letter);

        Assert.That(failed["NServiceBus.MessageId"], Is.EqualTo(letter.Id));
        Assert.That(failed.Headers, Has.Count.GreaterThan(300), "no more is left out than has to be");
    }

    /// <summary>CC tells the broker to send copies. As it comes back to us, a text, the broker refuses it.</summary>
    [Test]
    public async Task Because_a_header_is_an_order_to_the_broker()
    {
        await using (var connection = await world.Broker.Connect())
        {
            await using var channel = await connection.CreateChannelAsync();
            var properties = new BasicProperties
            {
                MessageId = "cc",
                Type = typeof(Order).FullName,
                Headers = new Dictionary<string, object?> { ["CC"] = new List<object> { "x", "y" }, ["Policy"] = "4000.00:00:00" },
            };
            await channel.BasicPublishAsync("Copying", "", mandatory: true, properties, "{}"u8.ToArray());
        }

        var waiting = await world.Receive("nsb.v2.delay-level-27", Soon);

        Assert.That((waiting.Properties.MessageId, waiting.Headers.ContainsKey("CC")), Is.EqualTo(("cc", false)));
    }

    [TestCase("4000.00:00:00")]
    [TestCase("10675199.02:48:05.4775807")]
    public async Task Because_no_level_holds_the_delay(string delay)
    {
        await new Letter("{}", typeof(Order)) { Headers = { ["Policy"] = delay } }.SendTo(world, "Copying");

        var waiting = await world.Receive("nsb.v2.delay-level-27", Soon);
        Assert.That(waiting.Properties.Headers!["NServiceBus.Transport.RabbitMQ.DelayInSeconds"], Is.EqualTo((1 << 28) - 1));
    }

    [Test]
    public async Task Because_the_queue_that_the_policy_names_does_not_exist()
    {
        var failed = await Fail(new Letter("{}", typeof(Order)) { Headers = { ["Policy"] = "queue no-such-queue" } });

        Assert.That(failed["NServiceBus.FailedQ"], Is.EqualTo("Copying"));
    }

    [Test]
    public async Task Because_the_audited_message_had_filled_the_frame_already()
    {
        var letter = new Letter("""{"Works":true}""", typeof(Order)) { Headers = { ["Big"] = new string('x', 129_500) } };

        await letter.SendTo(world, "Copying");

        var audited = await world.Receive("audit", Soon);
        Assert.That((audited.Properties.MessageId, audited["NServiceBus.ProcessingEndpoint"]), Is.EqualTo((letter.Id, "Copying")));
        Assert.That(audited.Properties.Expiration, Is.EqualTo("3600001"), "whole milliseconds");
    }

    async Task<Captured> Fail(Letter letter)
    {
        await letter.SendTo(world, "Copying");
        return await world.Receive("error", Soon);
    }

    public sealed record Order(bool Works = false) : ICommand;

    public sealed class Fails : IHandleMessages<Order>
    {
        public Task Handle(Order message, IMessageHandlerContext context) =>
            message.Works ? Task.CompletedTask : throw new FormatException("as it was told");
    }
}
