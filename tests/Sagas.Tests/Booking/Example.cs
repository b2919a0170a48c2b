using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Cancelling;
using Roost.Domain.Pricing;

namespace Roost.Sagas.Tests.Booking;

/// <summary>Three nights in Lisbon, paid 342.00 EUR in all, refunded in full until the day before.</summary>
public static class Example
{
    public static readonly Guid BookingId = new("0199f000-0000-7000-8000-000000000001");
    public static readonly Guid GuestId = new("0199f000-0000-7000-8000-000000000002");
    public static readonly Guid HostId = new("0199f000-0000-7000-8000-000000000003");
    public static readonly Guid ListingId = new("0199f000-0000-7000-8000-000000000004");
    public static readonly Guid UnitId = new("0199f000-0000-7000-8000-000000000005");
    public static readonly DateTimeOffset AskedAt = new(2027, 1, 10, 12, 0, 0, TimeSpan.Zero);
    public static readonly Stay Stay = new(new(2027, 3, 15), new(2027, 3, 18));

    public static readonly PriceBreakdown Price = Priced(Stay);

    public static PlaceBooking Request(bool instantBook = true) => new(
        BookingId, "7K2MQX", GuestId, HostId, ListingId, UnitKind.Home, Line(Stay), new GuestCount(2), instantBook,
        "Europe/Lisbon", new(15, 0), new(11, 0), Price, CancellationPolicies.Flexible, "pm_card_visa");

    public static NightsLine Line(Stay stay) => new(UnitId, stay.CheckIn, stay.CheckOut, 1);

    public static PriceBreakdown Priced(Stay stay) => Prices.Of(
        stay, [new(UnitId, 1, new(1, new(10_000, "EUR"), Money.Zero("EUR")), new Dictionary<DateOnly, PriceOverride>())], new(1), []);
}
