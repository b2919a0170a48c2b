using Roost.Bus.Pipeline.Messages;

namespace Roost.Bus.Tests.Pipeline;

public sealed class When_values_become_text
{
    [Test]
    public void An_instant_has_a_colon_before_its_microseconds()
    {
        var instant = new DateTimeOffset(2026, 11, 21, 5, 0, 33, TimeSpan.FromHours(1)).AddMicroseconds(508_582);

        Assert.That(DateTimeOffsetHelper.ToWireFormattedString(instant), Is.EqualTo("2026-11-21 04:00:33:508582 Z"));
        Assert.That(DateTimeOffsetHelper.ToDateTimeOffset("2026-11-21 04:00:33:508582 Z"), Is.EqualTo(instant));
    }

    [Test]
    public void Another_format_is_refused_and_not_guessed() =>
        Assert.That(() => DateTimeOffsetHelper.ToDateTimeOffset("2026-11-21T04:00:33.508582Z"), Throws.InstanceOf<FormatException>());

    [Test]
    public void An_id_ends_in_the_time_it_was_made()
    {
        // Two bytes of days since 1900 (b509), four of 3⅓ ms since midnight: recorded ids of that second look like this.
        var ids = new CombGuids(new StoppedClock(new DateTimeOffset(2026, 11, 21, 4, 0, 33, 508, TimeSpan.Zero)), Guid.NewGuid);

        var (first, second) = (ids.New(), ids.New());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.ToString(), Does.EndWith("-b50900421244"));
            Assert.That(first, Is.Not.EqualTo(second));
        }
    }

    sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
