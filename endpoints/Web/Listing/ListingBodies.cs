using Roost.Domain;
using Roost.Domain.Cancelling;
using Roost.Domain.Pricing;
using Roost.Domain.Time;
using Roost.Web.Asking;

namespace Roost.Web.Listing;

public enum ListingKind { Home, Hotel, Event }

public sealed record AddressBody(string Line1, string City, string Country, string? State = null, string? PostalCode = null);

public sealed record PlaceBody(decimal Lat, decimal Lon);

public sealed record UnitBody(
    string Name, int Capacity, int MaxGuests, Money BasePrice, int Bedrooms = 1, int Beds = 1, decimal Bathrooms = 1, Money? CleaningFee = null,
    int MinNights = 1, int MaxNights = 365, DateOnly? Date = null);

public sealed record ListingBody(
    ListingKind Kind, string Title, string Description, string PropertyType, AddressBody Address, PlaceBody Location, string TimeZone,
    IReadOnlyList<string> Amenities, string Currency, string CancellationPolicy, bool InstantBook, string CheckInTime, string CheckOutTime,
    IReadOnlyList<UnitBody> Units, int? StarRating = null);

/// <summary>The same without what cannot change: kind, currency and units.</summary>
public sealed record ListingChangeBody(
    string Title, string Description, string PropertyType, AddressBody Address, PlaceBody Location, string TimeZone,
    IReadOnlyList<string> Amenities, string CancellationPolicy, bool InstantBook, string CheckInTime, string CheckOutTime, int? StarRating = null);

/// <summary>What is wrong with what a host wrote, field by field.</summary>
static class ListingChecks
{
    /// <summary>The codes below, for the description.</summary>
    public static readonly string[] OfUnit = ["length", "range", "date", "home_is_one", .. Describing.OfPrices];
    public static readonly string[] OfListing = [.. OfUnit, "unknown_currency", "count", "unknown_zone", "unknown_policy", "time", "amenities"];

    const int MostUnits = 100;
    const int MostAmenities = 100;
    const int MostCapacity = 100_000;

    public static IEnumerable<Refusal> Refusals(this ListingBody body)
    {
        foreach (var refusal in body.Common().Refusals()) yield return refusal;
        if (!Currencies.Knows(body.Currency)) yield return new("currency", "unknown_currency", "Not an ISO 4217 currency.");
        if (body.Units.Count is 0 or > MostUnits) yield return new("units", "count", $"1 to {MostUnits} units.");
        if (body.Kind == ListingKind.Home && body.Units is not [{ Capacity: 1 }]) yield return new("units", "home_is_one", "A home is one unit with capacity 1.");
        for (var i = 0; i < body.Units.Count; i++)
        {
            foreach (var refusal in body.Units[i].Refusals($"units[{i}].", body.Kind, body.Currency)) yield return refusal;
        }
    }

    public static ListingChangeBody Common(this ListingBody body) => new(
        body.Title, body.Description, body.PropertyType, body.Address, body.Location, body.TimeZone, body.Amenities,
        body.CancellationPolicy, body.InstantBook, body.CheckInTime, body.CheckOutTime, body.StarRating);

    public static IEnumerable<Refusal> Refusals(this ListingChangeBody body)
    {
        if (!IsText(body.Title, 200)) yield return new("title", "length", "1 to 200 characters.");
        if (!IsText(body.Description, 10_000)) yield return new("description", "length", "1 to 10,000 characters.");
        if (!IsText(body.PropertyType, 50)) yield return new("propertyType", "length", "1 to 50 characters.");
        if (!IsText(body.Address.Line1, 300)) yield return new("address.line1", "length", "1 to 300 characters.");
        if (!IsText(body.Address.City, 100)) yield return new("address.city", "length", "1 to 100 characters.");
        if (!IsText(body.Address.Country, 100)) yield return new("address.country", "length", "1 to 100 characters.");
        if (body.Location.Lat is < -90 or > 90) yield return new("location.lat", "range", "-90 to 90.");
        if (body.Location.Lon is < -180 or > 180) yield return new("location.lon", "range", "-180 to 180.");
        if (!ListingZones.Knows(body.TimeZone)) yield return new("timeZone", "unknown_zone", "Not an IANA time zone.");
        if (CancellationPolicies.Named(body.CancellationPolicy) is null)
            yield return new("cancellationPolicy", "unknown_policy", "flexible, moderate or strict.");
        if (Time(body.CheckInTime) is null) yield return new("checkInTime", "time", "A time of day such as 15:00.");
        if (Time(body.CheckOutTime) is null) yield return new("checkOutTime", "time", "A time of day such as 11:00.");
        if (body.StarRating is < 1 or > 5) yield return new("starRating", "range", "1 to 5.");
        if (body.Amenities.Count > MostAmenities || body.Amenities.Any(amenity => !IsText(amenity, 50)))
            yield return new("amenities", "amenities", $"At most {MostAmenities} short words.");
    }

    public static IEnumerable<Refusal> Refusals(this UnitBody unit, string at, ListingKind kind, string currency)
    {
        if (!IsText(unit.Name, 200)) yield return new(at + "name", "length", "1 to 200 characters.");
        if (unit.Capacity is < 1 or > MostCapacity) yield return new(at + "capacity", "range", $"1 to {MostCapacity}.");
        if (unit.MaxGuests is < 1 or > GuestCount.Most) yield return new(at + "maxGuests", "range", $"1 to {GuestCount.Most}.");
        if (unit.Bedrooms is < 0 or > 200 || unit.Beds is < 0 or > 500 || unit.Bathrooms is < 0 or > 200)
            yield return new(at + "bedrooms", "range", "Rooms and beds are small numbers.");
        if (unit.MinNights is < 1 or > 365) yield return new(at + "minNights", "range", "1 to 365.");
        if (unit.MaxNights < unit.MinNights || unit.MaxNights > 365) yield return new(at + "maxNights", "range", "From minNights to 365.");
        if (kind == ListingKind.Event != (unit.Date is not null)) yield return new(at + "date", "date", "Tickets are for one date; other units have none.");
        if (OtherCurrency(at + "basePrice", unit.BasePrice, currency) is { } other) yield return other;
        if (ChargeableAmounts.RefusalOfNight(at + "basePrice", unit.BasePrice) is { } unsellable) yield return unsellable;
        if (unit.CleaningFee is not { } fee) yield break;
        if (OtherCurrency(at + "cleaningFee", fee, currency) is { } otherFee) yield return otherFee;
        if (ChargeableAmounts.Refusal(at + "cleaningFee", fee) is { } unchargeable) yield return unchargeable;
    }

    public static TimeOnly? Time(string written) => TimeOnly.TryParseExact(written, "HH:mm", out var time) ? time : null;

    public static Refusal? OtherCurrency(string field, Money price, string currency) =>
        price.Currency == currency ? null : new(field, "other_currency", $"Prices of this listing are in {currency}.");

    static bool IsText(string? text, int longest) => !string.IsNullOrWhiteSpace(text) && text.Length <= longest;
}
