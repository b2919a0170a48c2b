using System.Collections.Frozen;
using NodaTime;
using NodaTime.TimeZones;

namespace Roost.Domain.Time;

/// <summary>
/// From a listing's calendar and clock to instants and back, by the IANA rules that NodaTime carries. The machine's own zone
/// and zone files play no part. A caller with other rules (after an update, in a test) passes them.
/// </summary>
public static class ListingZones
{
    static readonly FrozenSet<string> Ids = DateTimeZoneProviders.Tzdb.Ids.ToFrozenSet();

    /// <summary>A local time that clocks skip becomes the first moment after the gap; one that happens twice is the earlier.</summary>
    static readonly ZoneLocalMappingResolver GapAndOverlapRule =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);

    public static string RulesVersion => DateTimeZoneProviders.Tzdb.VersionId;

    public static bool Knows(string? id) => id is not null && Ids.Contains(id);

    public static DateTimeOffset Instant(DateOnly date, TimeOnly time, string zone, IDateTimeZoneProvider? rules = null)
    {
        var local = LocalDate.FromDateOnly(date) + LocalTime.FromTimeOnly(time);
        return Zone(zone, rules).ResolveLocal(local, GapAndOverlapRule).ToInstant().ToDateTimeOffset();
    }

    /// <summary>Which calendar date it is at the listing.</summary>
    public static DateOnly Date(DateTimeOffset instant, string zone, IDateTimeZoneProvider? rules = null) =>
        NodaTime.Instant.FromDateTimeOffset(instant).InZone(Zone(zone, rules)).Date.ToDateOnly();

    static DateTimeZone Zone(string id, IDateTimeZoneProvider? rules) => (rules ?? DateTimeZoneProviders.Tzdb)[id];
}
