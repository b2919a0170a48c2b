using NServiceBus.Extensibility;
using NServiceBus.Transport;

namespace Roost.Bus.Tests.Recoverability;

public sealed class When_a_policy_decides
{
    static readonly DateTimeOffset Now = new(2026, 11, 21, 4, 0, 0, TimeSpan.Zero);

    static readonly RecoverabilityConfig Usual = new(
        new ImmediateConfig(3), new DelayedConfig(3, TimeSpan.FromSeconds(10)), new FailedConfig("error", [typeof(ArgumentException)]));

    [Test]
    public void Three_immediate_and_three_delayed_retries_are_sixteen_attempts()
    {
        var story = new List<string>();
        for (var round = 0; ; round++)
        {
            var attempt = 1;
            while (Decide(attempt, round) is ImmediateRetry) attempt++;
            story.Add($"{attempt} attempts");
            if (Decide(attempt, round) is not DelayedRetry later) break;
            story.Add($"wait {later.Delay.TotalSeconds} s");
        }

        Assert.That(
            story, Is.EqualTo(new[] { "4 attempts", "wait 10 s", "4 attempts", "wait 20 s", "4 attempts", "wait 30 s", "4 attempts" }));
    }

    [Test]
    public void An_unrecoverable_exception_and_what_derives_from_it_go_to_the_error_queue_at_once()
    {
        var action = Decide(attempt: 1, round: 0, new ArgumentOutOfRangeException("nights"));

        Assert.That(action, Is.InstanceOf<MoveToError>().With.Property(nameof(MoveToError.ErrorQueue)).EqualTo("error"));
    }

    [Test]
    public void An_unrecoverable_exception_inside_another_is_not_looked_for()
    {
        var action = Decide(attempt: 1, round: 0, new InvalidOperationException("wraps", new ArgumentException("inside")));

        Assert.That(action, Is.InstanceOf<ImmediateRetry>());
    }

    [Test]
    public void A_message_that_was_rescheduled_more_than_a_day_ago_is_given_up()
    {
        var yesterday = DateTimeOffsetHelper.ToWireFormattedString(Now.AddHours(-24).AddMinutes(-1));

        var action = Decide(attempt: 4, round: 1, headers: new() { ["NServiceBus.Retries.Timestamp"] = yesterday });

        Assert.That(action, Is.InstanceOf<MoveToError>());
    }

    [Test]
    public void A_time_that_somebody_else_wrote_in_another_format_counts_as_none()
    {
        var action = Decide(attempt: 4, round: 1, headers: new() { ["NServiceBus.Retries.Timestamp"] = "2026-11-19T04:00:00Z" });

        Assert.That(action, Is.InstanceOf<DelayedRetry>());
    }

    static RecoverabilityAction Decide(int attempt, int round, Exception? exception = null, Dictionary<string, string>? headers = null) =>
        DefaultRecoverabilityPolicy.Invoke(
            Usual,
            new ErrorContext(
                exception ?? new TimeoutException(), headers ?? [], "native", "id", default, attempt, round, "queue", new ContextBag()),
            Now);
}
