using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Calendar;
using Roost.Domain.Pricing;
using Roost.Domain.Time;

namespace Roost.Web.Listing;

/// <summary>A listing as it is stored, with its units.</summary>
public sealed record ListingRow(
    Guid Id, Guid HostId, ListingKind Kind, string Status, string Title, string Description, string PropertyType,
    AddressBody Address, PlaceBody Location, IReadOnlyList<string> Amenities, string Currency, string CancellationPolicy, bool InstantBook,
    ListingTimes Times, int? StarRating, long Version, IReadOnlyList<UnitRow> Units)
{
    public bool IsActive => Status == "active";

    public UnitKind UnitKind => Kind switch { ListingKind.Home => UnitKind.Home, ListingKind.Hotel => UnitKind.RoomType, _ => UnitKind.Ticket };

    /// <summary>What the calendar must know to sell it.</summary>
    public DefineUnit Definition(UnitRow unit) => new(
        unit.Id, Id, HostId, UnitKind, unit.Capacity, HardCap: null, Times.TimeZone, Times.CheckIn, Times.CheckOut,
        unit.MinNights, unit.MaxNights, LeadDays: 0, BookingLimits.DefaultHorizonDays, unit.TicketDate, OnSale: IsActive, Version);
}

public sealed record UnitRow(
    Guid Id, string Name, int Capacity, int MaxGuests, int Bedrooms, int Beds, decimal Bathrooms, Money BasePrice, Money CleaningFee, int RulesVersion,
    int MinNights, int MaxNights, DateOnly? TicketDate)
{
    public PriceRules Rules => new(RulesVersion, BasePrice, CleaningFee);

    public BookingLimits Limits => new(MinNights, MaxNights, LeadDays: 0, BookingLimits.DefaultHorizonDays, MaxGuests, Capacity, TicketDate);
}
