using NodaTime;
using NodaTime.TimeZones;
using Roost.Domain.Time;

namespace Roost.Domain.Tests.Time;

public sealed class When_clocks_change
{
    static readonly Instant From = Instant.FromUtc(2023, 1, 1, 0, 0);
    static readonly Instant To = Instant.FromUtc(2031, 1, 1, 0, 0);

    [Test] // P-04
    public void Check_in_stays_at_three_in_the_afternoon()
    {
        var before = ListingZones.Instant(new(2027, 3, 27), new(15, 0), "Europe/Berlin");
        var after = ListingZones.Instant(new(2027, 3, 28), new(15, 0), "Europe/Berlin");

        Assert.That(before, Is.EqualTo(new DateTimeOffset(2027, 3, 27, 14, 0, 0, TimeSpan.Zero)));
        Assert.That(after, Is.EqualTo(new DateTimeOffset(2027, 3, 28, 13, 0, 0, TimeSpan.Zero)));
        Assert.That(after.Offset, Is.EqualTo(TimeSpan.Zero), "instants are UTC");
    }

    [TestCase("Europe/Berlin", "2027-03-28", "2027-03-28T01:00:00Z", TestName = "P-05: skipped in Berlin, so at 03:00 there")]
    [TestCase("America/New_York", "2027-03-14", "2027-03-14T07:00:00Z", TestName = "P-05: skipped in New York, so at 03:00 there")]
    [TestCase("Europe/Berlin", "2027-10-31", "2027-10-31T00:30:00Z", TestName = "P-05: twice in Berlin, so the first")]
    [TestCase("Australia/Lord_Howe", "2027-10-03", "2027-10-02T15:30:00Z", TestName = "P-05: half an hour skipped on Lord Howe")]
    public void Half_past_two_in_the_night_is_a_moment_that_exists(string zone, string date, string expected) =>
        Assert.That(ListingZones.Instant(DateOnly.Parse(date), new(2, 30), zone), Is.EqualTo(DateTimeOffset.Parse(expected)));

    // The rule for gaps and overlaps in one sentence, computed minute by minute: the first moment at which the listing's clock
    // has reached the wanted time.
    [Test] // P-04, P-05
    public void In_every_zone_around_every_change_it_is_the_first_moment_the_clock_has_reached_it()
    {
        var transitions = 0;
        foreach (var id in TzdbDateTimeZoneSource.Default.CanonicalIdMap.Values.Distinct())
        {
            var zone = DateTimeZoneProviders.Tzdb[id];
            foreach (var after in zone.GetZoneIntervals(From, To).Skip(1))
            {
                transitions++;
                var clock = Enumerable.Range(-8 * 60, 13 * 60).Select(minute => after.Start + Duration.FromMinutes(minute))
                    .Select(moment => (Moment: moment, Shows: moment.InZone(zone).LocalDateTime)).ToList();
                foreach (var minutes in new[] { -61, -60, -30, -1, 0, 1, 29, 30, 59, 60, 61 })
                {
                    var wanted = after.IsoLocalStart.PlusMinutes(minutes);
                    var found = ListingZones.Instant(wanted.Date.ToDateOnly(), wanted.TimeOfDay.ToTimeOnly(), id);
                    Assert.That(found, Is.EqualTo(clock.First(each => each.Shows >= wanted).Moment.ToDateTimeOffset()), $"{wanted} in {id}");
                }
            }
        }
        Assert.That(transitions, Is.GreaterThan(1_000));
    }

    [Test]
    public void Every_name_of_a_zone_means_its_rules()
    {
        foreach (var (name, canonical) in TzdbDateTimeZoneSource.Default.CanonicalIdMap)
            Assert.That(ListingZones.Instant(new(2027, 7, 1), new(2, 30), name), Is.EqualTo(ListingZones.Instant(new(2027, 7, 1), new(2, 30), canonical)), name);
    }

    [Test] // P-02, P-04: the ordinary day, everywhere
    public void In_every_zone_an_afternoon_check_in_is_on_its_own_date()
    {
        foreach (var id in DateTimeZoneProviders.Tzdb.Ids)
        {
            var times = new ListingTimes(id, new(15, 0), new(11, 0));
            for (var day = new DateOnly(2027, 1, 1); day.Year == 2027; day = day.AddDays(11))
            {
                var stay = Stay.Of(day, 3);
                Assert.That(times.Today(times.CheckInAt(stay)), Is.EqualTo(day), id);
                Assert.That(times.Today(times.CheckOutAt(stay)), Is.EqualTo(day.AddDays(3)), id);
                Assert.That(times.CheckInAt(stay), Is.LessThan(times.CheckOutAt(stay)));
            }
        }
    }
}
