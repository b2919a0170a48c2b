using Roost.Domain;
using Roost.Domain.Calendar;
using Roost.Domain.Time;

namespace Roost.Calendar.Taking;

/// <summary>A unit as its locked row says.</summary>
/// <param name="Definition">The listing's version that this comes from.</param>
/// <param name="Version">Grows with every change of what can be sold.</param>
public sealed record Unit(
    Guid Id, Guid ListingId, Guid HostId, UnitKind Kind, int Capacity, int? HardCap, string TimeZone, TimeOnly CheckInTime, TimeOnly CheckOutTime,
    int MinNights, int MaxNights, int LeadDays, int HorizonDays, DateOnly? TicketDate, bool OnSale, long Definition, long Version)
{
    /// <summary>How many may be taken on one night at most: overbooking is off unless the unit has an explicit cap.</summary>
    public int Limit => CapacityRules.Sellable(Kind, Capacity, HardCap);

    public DateOnly Today(DateTimeOffset now) => ListingZones.Date(now, TimeZone);
}
