using NodaTime;
using NodaTime.TimeZones;
using Roost.Domain.Time;

namespace Roost.Domain.Tests.Time;

/// <summary>P-09: a country gives up daylight saving time after the booking was made.</summary>
public sealed class When_zone_rules_are_updated
{
    static readonly ListingTimes Times = new("Europe/Berlin", new(15, 0), new(11, 0));
    static readonly Stay July = new(new(2027, 7, 10), new(2027, 7, 13));

    [Test]
    public void The_instants_move_and_the_agreed_local_time_stays()
    {
        var winterForEver = new DateTimeZoneCache(new WithoutSummer());

        var planned = Times.CheckInAt(July);
        var recomputed = Times.CheckInAt(July, winterForEver);

        Assert.That(recomputed - planned, Is.EqualTo(TimeSpan.FromHours(1)));
        Assert.That(TimeOnly.FromTimeSpan(recomputed.ToOffset(TimeSpan.FromHours(1)).TimeOfDay), Is.EqualTo(Times.CheckIn));
        Assert.That(ListingZones.Date(recomputed, "Europe/Berlin", winterForEver), Is.EqualTo(July.CheckIn));
    }

    [Test]
    public void The_rules_in_use_have_a_version() => Assert.That(ListingZones.RulesVersion, Does.StartWith("TZDB: 20"));

    [Test]
    public void A_zone_that_does_not_exist_is_refused()
    {
        Assert.That(ListingZones.Knows("Europe/Berlin"), Is.True);
        Assert.That(ListingZones.Knows("Europe/Atlantis"), Is.False);
        Assert.That(() => new ListingTimes("Europe/Atlantis", new(15, 0), new(11, 0)), Throws.ArgumentException);
    }

    sealed class WithoutSummer : IDateTimeZoneSource
    {
        public string VersionId => "without summer";
        public IEnumerable<string> GetIds() => ["Europe/Berlin"];
        public DateTimeZone ForId(string id) => DateTimeZone.ForOffset(Offset.FromHours(1));
        public string? GetSystemDefaultId() => null;
    }
}
