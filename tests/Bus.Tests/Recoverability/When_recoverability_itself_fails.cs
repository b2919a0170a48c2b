using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Roost.Bus.Recoverability;
using Roost.Bus.Tests.Running;
using Roost.Bus.Transport;
using Roost.Servers;

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
        headers["Filling"] = new string('x', HeaderSpace.Usual - HeaderSpace.Of(headers));

        await workshop.Deliver("{}", typeof(Order), headers);

        var copy = workshop.Sent.Single();
        Assert.That(copy.Destination, Is.EqualTo("error"));
        Assert.That(HeaderSpace.Of(copy.Headers), Is.LessThanOrEqualTo(HeaderSpace.Usual));
    }

    /// <summary>The number of rounds is a header, so anybody may have written it. Counted up from the largest number it was negative: a delay of less than nothing, for ever.</summary>
    [TestCase("2147483647", null)]
    [TestCase("2147483646", null)]
    [TestCase("99999999999", "1")]
    [TestCase("-2147483648", "1")]
    [TestCase("-5", "1")]
    [TestCase("+2", "1")]
    [TestCase("two", "1")]
    [TestCase("", "1")]
    public async Task A_number_of_retries_that_is_none_makes_no_message_circle(string written, string? nextRound)
    {
        await using var workshop = await Open(recoverability => recoverability.Delayed(delayed => delayed.NumberOfRetries(3)));

        await workshop.Deliver("{}", typeof(Order), new() { ["NServiceBus.Retries"] = written });

        var copy = workshop.Sent.Single();
        Assert.That(
            (copy.Headers.GetValueOrDefault("NServiceBus.Retries"), copy.Destination), Is.EqualTo((nextRound, nextRound is null ? "error" : "Workshop")));
        Assert.That(copy.DelayDeliveryFor, nextRound is null ? Is.Null : Is.EqualTo(TimeSpan.FromSeconds(10)));
    }

    /// <summary>Of a count that another system left there the platform would conclude something when it sends the message again.</summary>
    [TestCase("NServiceBus.Retries")]
    [TestCase("NServiceBus.FLRetries")]
    public async Task No_count_of_retries_is_left_in_the_error_queue(string count)
    {
        await using var workshop = await Open(_ => { });

        await workshop.Deliver("{}", typeof(Order), new() { [count] = "2" });

        Assert.That(workshop.Sent.Single().Headers, Does.Not.ContainKey(count));
    }

    /// <summary>Held, but not in silence: others that do arrive in an error queue must not hide the one that does not.</summary>
    [Test]
    public async Task A_message_that_is_held_for_minutes_is_a_critical_error()
    {
        var (clock, told) = (new ManualClock(), new TaskCompletionSource<string>());
        await using var workshop = await Workshop.Open((endpoint, _) =>
        {
            endpoint.AddHandler<SoldOut>();
            endpoint.DefineCriticalErrorAction((context, _) =>
            {
                told.TrySetResult(context.Error);
                return Task.CompletedTask;
            });
            endpoint.Recoverability().Immediate(immediate => immediate.NumberOfRetries(0)).Delayed(delayed => delayed.NumberOfRetries(0));
        }, services => services.AddSingleton<TimeProvider>(clock));
        using var withdrawn = new CancellationTokenSource();
        workshop.Refuses = operation => operation.MessageId == "held";
        var held = workshop.Deliver("{}", typeof(Order), new() { ["NServiceBus.MessageId"] = "held" }, withdrawn: withdrawn.Token);

        clock.Advance(TimeSpan.FromMinutes(3));
        await workshop.Deliver("{}", typeof(Order));

        Assert.That(await told.Task.WaitAsync(TimeSpan.FromSeconds(10)), Does.Contain("held"));
        await withdrawn.CancelAsync();
        Assert.That(await held, Is.EqualTo(Settlement.Requeue));
    }

    /// <summary>A broker that restarts fails every copy for a moment: nobody has to get up for that. Nor once per message for what lasts.</summary>
    [Test]
    public async Task It_is_critical_after_two_minutes_and_told_once_in_two_minutes()
    {
        var (clock, told) = (new ManualClock(), new ConcurrentQueue<string>());
        var criticalErrors = new CriticalErrors((context, _) =>
        {
            told.Enqueue(context.Error);
            return Task.CompletedTask;
        }, _ => Task.CompletedTask, clock, NullLogger.Instance);
        Task HeldFor(int seconds, string id) => criticalErrors.RecoverabilityFailed(id, TimeSpan.FromSeconds(seconds), new IOException("no error queue"));

        await HeldFor(119, "a moment");
        await HeldFor(120, "two minutes");
        clock.Advance(TimeSpan.FromSeconds(118));
        await HeldFor(240, "another one");
        await Eventually.Is(() => !told.IsEmpty);
        clock.Advance(TimeSpan.FromSeconds(2));
        await HeldFor(360, "still held");

        await Eventually.Is(() => told.Count == 2);
        Assert.That((told.First(), told.Last()), Is.EqualTo((Said("two minutes"), Said("still held"))));

        static string Said(string id) => $"Failed to execute recoverability policy for message with native ID: `{id}`";
    }

    /// <summary>Of a queue that does not exist, or cannot, there is nothing to hope for. The endpoint's own does.</summary>
    [TestCase("typo")]
    [TestCase("")]
    [TestCase(256)]
    public async Task What_has_no_queue_where_the_policy_wants_it_goes_to_the_usual_one(object queue)
    {
        var wanted = queue as string ?? new string('q', (int)queue);
        await using var workshop = await Open(recoverability => recoverability.CustomPolicy((_, _) => RecoverabilityAction.MoveToError(wanted)));
        workshop.MissingQueue = "typo";

        await workshop.Deliver("{}", typeof(Order));

        Assert.That(workshop.Sent.Single().Destination, Is.EqualTo("error"));
    }

    [Test]
    public async Task What_the_broker_does_not_take_for_a_moment_goes_where_the_policy_wants_it()
    {
        var attempts = 0;
        await using var workshop = await Open(recoverability => recoverability.CustomPolicy((_, _) => RecoverabilityAction.MoveToError("wanted")));
        workshop.Refuses = operation => operation.Destination == "wanted" && ++attempts == 1;

        await workshop.Deliver("{}", typeof(Order));

        Assert.That((workshop.Sent.Single().Destination, attempts), Is.EqualTo(("wanted", 2)));
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
