using NodaTime;

namespace Roost.Domain.Tests.Calendar;

public sealed class When_nights_are_counted
{
    static readonly Stay Fifth = new(new(2027, 5, 10), new(2027, 5, 15));

    [Test] // P-01
    public void The_day_of_check_out_is_free_for_the_next_guest()
    {
        Assert.That(Fifth.Count, Is.EqualTo(5));
        Assert.That(Fifth.Overlaps(new(new(2027, 5, 15), new(2027, 5, 18))), Is.False);
        Assert.That(Fifth.Overlaps(new(new(2027, 5, 7), new(2027, 5, 10))), Is.False);
        Assert.That(Fifth.Overlaps(new(new(2027, 5, 14), new(2027, 5, 16))), Is.True);
        Assert.That(Fifth.Contains(new(2027, 5, 14)), Is.True);
        Assert.That(Fifth.Contains(new(2027, 5, 15)), Is.False);
    }

    [Test] // P-01, P-08
    public void Counting_containing_and_overlapping_are_what_a_loop_over_the_days_says() =>
        Always.Holds(
            from one in Some.Stay
            from shift in Some.Number(-35, 35)
            from nights in Some.Number(1, 40)
            select (one, other: Stay.Of(one.CheckIn.AddDays(shift), nights)),
            it =>
            {
                var days = new HashSet<DateOnly>();
                for (var day = it.one.CheckIn; day < it.one.CheckOut; day = day.AddDays(1)) days.Add(day);
                var otherDays = it.other.Nights().ToHashSet();

                Assert.That(it.one.Nights(), Is.EqualTo(days));
                Assert.That(it.one.Count, Is.EqualTo(days.Count));
                Assert.That(it.one.Overlaps(it.other), Is.EqualTo(days.Overlaps(otherDays)));
                Assert.That(it.other.Overlaps(it.one), Is.EqualTo(it.one.Overlaps(it.other)));
                foreach (var day in days.Concat(otherDays)) Assert.That(it.one.Contains(day), Is.EqualTo(days.Contains(day)));
            });

    [TestCase("2027-12-31", "2028-01-02", 2, TestName = "P-08: over the turn of the year")]
    [TestCase("2028-02-28", "2028-03-01", 2, TestName = "P-08: over a leap day")]
    [TestCase("2027-02-28", "2027-03-01", 1, TestName = "P-08: over February of a common year")]
    [TestCase("2028-01-01", "2029-01-01", 366, TestName = "P-08: a leap year")]
    public void Leap_years_and_year_ends_are_days_like_others(string checkIn, string checkOut, int nights) =>
        Assert.That(new Stay(DateOnly.Parse(checkIn), DateOnly.Parse(checkOut)).Count, Is.EqualTo(nights));

    [TestCase("Europe/Berlin")]
    [TestCase("America/New_York")]
    public void The_day_a_clock_changes_has_one_night(string zone) // P-03
    {
        var changes = DateTimeZoneProviders.Tzdb[zone]
            .GetZoneIntervals(Instant.FromUtc(2020, 1, 1, 0, 0), Instant.FromUtc(2037, 1, 1, 0, 0))
            .Skip(1)
            .Select(interval => interval.IsoLocalStart.Date.ToDateOnly())
            .ToList();

        Assert.That(changes, Has.Count.GreaterThan(30));
        foreach (var day in changes) Assert.That(new Stay(day.AddDays(-1), day.AddDays(1)).Count, Is.EqualTo(2));
    }

    [Test]
    public void A_stay_without_a_night_cannot_be_made()
    {
        Assert.That(() => new Stay(Fifth.CheckIn, Fifth.CheckIn), Throws.ArgumentException);
        Assert.That(() => new Stay(Fifth.CheckOut, Fifth.CheckIn), Throws.ArgumentException);
        Assert.That(() => new GuestCount(0, 2), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => new GuestCount(1, -1), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public void Infants_do_not_take_a_bed() => Assert.That(new GuestCount(2, 1, 2).Counted, Is.EqualTo(3));
}
