using Roost.Bus.Tests.Running;
using Roost.Bus.Transport;

namespace Roost.Bus.Tests.Recoverability;

/// <summary>P-70: what is to save a failed message may fail as well. The message then neither circles nor gets lost.</summary>
public sealed class When_recoverability_itself_fails
{
    [Test]
    public async Task A_policy_that_throws_moves_the_message_to_the_error_queue()
    {
        await using var workshop = await Open(recoverability => recoverability.CustomPolicy((_, _) => throw new InvalidOperationException("no idea")));

        var settlement = await workshop.Deliver("{}", typeof(Order));

        var copy = workshop.Sent.Single();
        Assert.That((settlement, copy.Destination), Is.EqualTo((Settlement.Done, "error")));
        Assert.That(
            copy.Headers["NServiceBus.ExceptionInfo.Message"], Is.EqualTo("no stock"), "the failure of the message, not that of the policy");
    }

    [Test]
    public async Task Whoever_is_told_of_it_and_throws_brings_nothing_back()
    {
        await using var workshop = await Open(recoverability => recoverability.Failed(failed => failed
            .OnMessageSentToErrorQueue((_, _) => throw new InvalidOperationException("nobody home"))
            .HeaderCustomization(_ => throw new InvalidOperationException("no such header"))));

        var settlement = await workshop.Deliver("{}", typeof(Order));

        Assert.That((settlement, workshop.Sent.Count), Is.EqualTo((Settlement.Done, 1)), "one copy, and it is over");
    }

    [Test]
    public async Task Without_an_error_queue_the_message_is_held_until_there_is_one()
    {
        await using var workshop = await Open(_ => { });
        workshop.BrokerIsDown = true;

        var settling = workshop.Deliver("{}", typeof(Order));
        Assert.That(settling.IsCompleted, Is.False, "given back it would come again, and count as delivered, each time");
        workshop.BrokerIsDown = false;

        Assert.That((await settling, workshop.Sent.Single().Destination), Is.EqualTo((Settlement.Done, "error")));
    }

    [Test]
    public async Task What_is_held_goes_back_when_the_broker_has_taken_it_back_already()
    {
        using var withdrawn = new CancellationTokenSource();
        await using var workshop = await Open(_ => { });
        workshop.BrokerIsDown = true;
        var settling = workshop.Deliver("{}", typeof(Order), withdrawn: withdrawn.Token);

        await withdrawn.CancelAsync();

        Assert.That(await settling, Is.EqualTo(Settlement.Requeue));
    }

    /// <summary>A retry adds headers of its own. A message that has no room for them could never be sent again.</summary>
    [Test]
    public async Task A_message_without_room_for_the_headers_of_a_retry_goes_to_the_error_queue()
    {
        await using var workshop = await Open(recoverability => recoverability.Delayed(delayed => delayed.NumberOfRetries(3)));
        var headers = new Dictionary<string, string>
        {
            ["NServiceBus.MessageId"] = "full", ["NServiceBus.EnclosedMessageTypes"] = typeof(Order).AssemblyQualifiedName!, ["Filling"] = "",
        };
        headers["Filling"] = new string('x', HeaderSpace.Most - HeaderSpace.Of(headers));

        await workshop.Deliver("{}", typeof(Order), headers);

        var copy = workshop.Sent.Single();
        Assert.That(copy.Destination, Is.EqualTo("error"));
        Assert.That(HeaderSpace.Of(copy.Headers), Is.LessThanOrEqualTo(HeaderSpace.Most));
    }

    static Task<Workshop> Open(Action<RecoverabilitySettings> configure) => Workshop.Open((endpoint, _) =>
    {
        endpoint.AddHandler<SoldOut>();
        var recoverability = endpoint.Recoverability();
        recoverability.Immediate(immediate => immediate.NumberOfRetries(0)).Delayed(delayed => delayed.NumberOfRetries(0));
        configure(recoverability);
    });

    public sealed record Order : ICommand;

    public sealed class SoldOut : IHandleMessages<Order>
    {
        public Task Handle(Order message, IMessageHandlerContext context) => throw new InvalidOperationException("no stock");
    }
}
