using Roost.Domain;

namespace Roost.Contracts;

/// <summary>
/// Makes a unit known to the calendar, or replaces what it knows. Repeats and older versions change nothing; <paramref name="Version"/> is the listing's.
/// </summary>
/// <param name="HardCap">How many may be sold at most when more than the capacity may be; null, and always for homes: never more than the capacity.</param>
/// <param name="TicketDate">The one night that a ticket is for.</param>
public sealed record DefineUnit(
    Guid UnitId, Guid ListingId, Guid HostId, UnitKind Kind, int Capacity, int? HardCap, string TimeZone, TimeOnly CheckInTime, TimeOnly CheckOutTime,
    int MinNights, int MaxNights, int LeadDays, int HorizonDays, DateOnly? TicketDate, bool OnSale, long Version) : ICommand;

/// <summary>Sell more or fewer of a unit. Refused when more than <paramref name="Capacity"/> are already sold on some night.</summary>
public sealed record ChangeCapacity(Guid ChangeId, Guid UnitId, int Capacity) : ICommand;

/// <summary>A <see cref="ChangeCapacity"/> was made or refused; how many there are now the calendar's own view says.</summary>
public sealed record CapacityDecided(Guid ChangeId, Guid UnitId) : IEvent;

/// <summary>Prices, minimum stays and closed nights of a range of nights; a null leaves that setting as it is.</summary>
/// <param name="Price">Minor units of the listing's currency; replaces the base price on these nights.</param>
public sealed record SetPrices(Guid ChangeId, Guid UnitId, DateOnly From, DateOnly To, long? Price, int? MinNights, bool? Closed, string? Reason) : ICommand;

/// <summary>Take a range of nights off sale, or put it back; existing holds and bookings stay.</summary>
public sealed record CloseNights(Guid ChangeId, Guid UnitId, DateOnly From, DateOnly To, bool Closed) : ICommand;

/// <summary>Something about these nights changed. <paramref name="Version"/> grows with every change of the unit: an older one never overtakes a newer one.</summary>
public sealed record NightsChanged(Guid UnitId, Guid ListingId, DateOnly From, DateOnly To, long Version) : IEvent;
