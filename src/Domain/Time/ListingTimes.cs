using NodaTime;

namespace Roost.Domain.Time;

/// <summary>
/// When guests come and go, as the listing's clock shows it. This, with the calendar dates, is what a booking stores; instants
/// are computed from it when needed, so that new zone rules move the instants and never what guest and host agreed on.
/// </summary>
public sealed record ListingTimes(string TimeZone, TimeOnly CheckIn, TimeOnly CheckOut)
{
    public string TimeZone { get; } = ListingZones.Knows(TimeZone)
        ? TimeZone
        : throw new ArgumentException($"'{TimeZone}' is no IANA time zone.", nameof(TimeZone));

    public DateTimeOffset CheckInAt(Stay stay, IDateTimeZoneProvider? rules = null) =>
        ListingZones.Instant(stay.CheckIn, CheckIn, TimeZone, rules);

    public DateTimeOffset CheckOutAt(Stay stay, IDateTimeZoneProvider? rules = null) =>
        ListingZones.Instant(stay.CheckOut, CheckOut, TimeZone, rules);

    /// <summary>Whoever has not come by then does not come any more; until then the stay can be sold, late as it is.</summary>
    public DateTimeOffset ArrivalDayEndsAt(Stay stay) => ListingZones.Instant(stay.CheckIn.AddDays(1), TimeOnly.MinValue, TimeZone);

    public DateOnly Today(DateTimeOffset now) => ListingZones.Date(now, TimeZone);
}
