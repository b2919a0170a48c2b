using NServiceBus.Faults;
using Roost.Bus.Tests.Running;
using Roost.Servers;

namespace Roost.Bus.Tests.Recoverability;

/// <summary>None of these is tried a second time.</summary>
public sealed class When_a_message_is_beyond_help
{
    World world = null!;
    readonly List<FailedMessage> notified = [];

    [OneTimeSetUp]
    public async Task An_endpoint_with_a_policy_of_its_own()
    {
        world = await World.Create("help");
        await world.Start("Helpless", (endpoint, _) =>
        {
            endpoint.AddHandler<Picky>();
            endpoint.Recoverability()
                .AddUnrecoverableException<FormatException>()
                .CustomPolicy((config, failed) => failed.Exception is KeyNotFoundException
                    ? RecoverabilityAction.Discard("nobody misses it")
                    : DefaultRecoverabilityPolicy.Invoke(config, failed))
                .Failed(failed => failed.OnMessageSentToErrorQueue((message, _) =>
                {
                    lock (notified) notified.Add(message);
                    return Task.CompletedTask;
                }));
        });
    }

    [OneTimeTearDown]
    public async Task End() => await world.DisposeAsync();

    [Test]
    public async Task A_body_that_is_no_json()
    {
        var failed = await Send(new Letter("{ not json", typeof(Order)));

        Assert.That(failed["NServiceBus.ExceptionInfo.ExceptionType"], Is.EqualTo(typeof(MessageDeserializationException).FullName));
    }

    [Test]
    public async Task A_type_that_nobody_here_knows()
    {
        var failed = await Send(
            new Letter("{}", null) { Headers = { ["NServiceBus.EnclosedMessageTypes"] = "Elsewhere.Thing, Elsewhere" } });

        Assert.That(failed["NServiceBus.ExceptionInfo.Message"], Does.Contain("Elsewhere.Thing"));
    }

    [Test]
    public async Task An_exception_that_was_declared_unrecoverable()
    {
        var failed = await Send(new Letter("""{"Wrong":"format"}""", typeof(Order)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(failed["NServiceBus.ExceptionInfo.ExceptionType"], Is.EqualTo(typeof(FormatException).FullName));
            await Eventually.Is(
                () => notified.Exists(message => message.MessageId == failed.Properties.MessageId && message.ErrorQueue == "error"));
        }
    }

    [Test]
    public async Task An_exception_that_the_policy_discards()
    {
        await new Letter("""{"Wrong":"key"}""", typeof(Order)).SendTo(world, "Helpless");
        var next = await Send(new Letter("""{"Wrong":"format"}""", typeof(Order)));

        await Eventually.Is(async () => await world.Broker.Depth("Helpless") == 0);
        Assert.That(
            next["NServiceBus.ExceptionInfo.ExceptionType"], Is.EqualTo(typeof(FormatException).FullName),
            "the discarded one left nothing");
    }

    [Test]
    public async Task A_failure_with_more_to_say_than_a_frame_can_carry()
    {
        var failed = await Send(new Letter("""{"Wrong":"length"}""", typeof(Order)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(failed["NServiceBus.ExceptionInfo.Message"], Has.Length.LessThanOrEqualTo(16_384));
            Assert.That(failed["NServiceBus.ExceptionInfo.StackTrace"], Has.Length.LessThanOrEqualTo(32_768));
        }
    }

    /// <summary>However much its sender had written into the headers: a copy that does not fit could never leave, and the message would stay.</summary>
    [TestCase(80_000)]
    [TestCase(126_000)]
    public async Task A_failure_with_more_to_say_than_its_headers_leave_room_for(int alreadyThere)
    {
        var failed = await Send(new Letter("""{"Wrong":"length"}""", typeof(Order)) { Headers = { ["Big"] = new string('x', alreadyThere) } });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(failed["NServiceBus.FailedQ"], Is.EqualTo("Helpless"));
            Assert.That(failed["NServiceBus.ExceptionInfo.ExceptionType"], Is.EqualTo(typeof(FormatException).FullName));
            Assert.That(failed["NServiceBus.ExceptionInfo.StackTrace"], Does.StartWith("System.FormatException: ж"));
            Assert.That(failed["Big"], Has.Length.EqualTo(alreadyThere).Or.Length.GreaterThan(100_000), "the exception's texts give way first");
        }
    }

    async Task<Captured> Send(Letter letter)
    {
        await letter.SendTo(world, "Helpless");
        return await world.Receive("error");
    }

    public sealed record Order(string? Wrong = null) : ICommand;

    public sealed class Picky : IHandleMessages<Order>
    {
        public Task Handle(Order message, IMessageHandlerContext context) => message.Wrong switch
        {
            "format" => throw new FormatException("no such format"),
            "key" => throw new KeyNotFoundException("no such key"),
            "length" => throw new FormatException(new string('ж', 200_000)),
            _ => Task.CompletedTask,
        };
    }
}
