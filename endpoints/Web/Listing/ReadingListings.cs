using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Roost.Domain;
using Roost.Domain.Booking;
using Roost.Domain.Calendar;
using Roost.Domain.Pricing;
using Roost.Web.Asking;
using Roost.Web.Identity;
using Roost.Web.Quoting;

namespace Roost.Web.Listing;

static class ReadingListings
{
    static readonly string[] ended = [.. BookingStates.Ended.Select(state => state.Name())];

    public static async Task<Results<Ok<ListingPage>, ProblemHttpResult>> One(
        Guid listingId, Caller? caller, Listings listings, StayPrices prices, NpgsqlDataSource database, CancellationToken ct,
        DateOnly? checkIn = null, DateOnly? checkOut = null, int guests = 1, int quantity = 1)
    {
        if (await listings.Find(listingId, ct) is not { } listing) return Problems.NotFound("listing");
        var isHost = caller is not null && (caller.UserId == listing.HostId || caller.IsStaff);
        var booked = isHost || caller is null ? Booked.No : await IsGuestOf(listingId, caller.UserId, database, ct);
        if (!listing.IsActive && !isHost && booked == Booked.No) return Problems.NotFound("listing");

        var knowsTheWay = isHost || booked == Booked.ForSure;
        if (checkIn is not { } from || checkOut is not { } until) return TypedResults.Ok(ListingPage.Of(listing, knowsTheWay));

        var asked = new AskedStay(from, until, Adults: guests, Quantity: quantity);
        var units = new List<UnitPart>();
        foreach (var unit in listing.Units)
        {
            var stay = await prices.Of(listing, unit, asked, ct);
            if (stay.Refusals.FirstOrDefault(refusal => refusal.Code is "range_empty" or "range_reversed" or "date_past") is { } nonsense)
                return Problems.Invalid([nonsense]);
            units.Add(UnitPart.Of(unit) with { Available = stay.IsAvailable(quantity), Quote = stay.IsAvailable(quantity) ? stay.Price : null });
        }
        return TypedResults.Ok(ListingPage.Of(listing, knowsTheWay) with { Units = units });
    }

    public static async Task<Ok<Page<ListingPage>>> Mine(Caller caller, Listings listings, CancellationToken ct) =>
        TypedResults.Ok(new Page<ListingPage>([.. (await listings.OfHost(caller.UserId, ct)).Select(listing => ListingPage.Of(listing, exactly: true))], null));

    enum Booked { No, NotYet, ForSure }

    /// <summary>Whoever has a booking here that is not over goes on seeing the place, on sale or not; the way there once the booking is confirmed.</summary>
    static async Task<Booked> IsGuestOf(Guid listingId, Guid guestId, NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select bool_or(status in ('confirmed', 'in_stay')) from reservation.booking_view
            where guest_id = @guest_id and listing_id = @listing_id and status <> all(@ended)
            """);
        command.Parameters.AddWithValue("guest_id", guestId);
        command.Parameters.AddWithValue("listing_id", listingId);
        command.Parameters.AddWithValue("ended", ended);
        return await command.ExecuteScalarAsync(ct) is bool confirmed ? (confirmed ? Booked.ForSure : Booked.NotYet) : Booked.No;
    }
}

sealed record UnitPart(
    Guid UnitId, string Name, int Capacity, int MaxGuests, int Bedrooms, int Beds, decimal Bathrooms, Money BasePrice, Money CleaningFee,
    int MinNights, int MaxNights, DateOnly? Date, bool? Available = null, PriceBreakdown? Quote = null)
{
    public static UnitPart Of(UnitRow unit) => new(
        unit.Id, unit.Name, unit.Capacity, unit.MaxGuests, unit.Bedrooms, unit.Beds, unit.Bathrooms, unit.BasePrice, unit.CleaningFee,
        unit.MinNights, unit.MaxNights, unit.TicketDate);
}

sealed record ListingPage(
    Guid ListingId, Guid HostId, ListingKind Kind, string Status, string Title, string Description, string PropertyType, string City, string? State, string Country,
    AddressBody? Address, PlaceBody Location, string TimeZone, IReadOnlyList<string> Amenities, string Currency, string CancellationPolicy, bool InstantBook,
    string CheckInTime, string CheckOutTime, int? StarRating, IReadOnlyList<UnitPart> Units)
{
    /// <param name="exactly">Where it is precisely is for the host and for guests who will come; everybody else sees the neighbourhood.</param>
    public static ListingPage Of(ListingRow listing, bool exactly) => new(
        listing.Id, listing.HostId, listing.Kind, listing.Status, listing.Title, listing.Description, listing.PropertyType,
        listing.Address.City, listing.Address.State, listing.Address.Country,
        exactly ? listing.Address : null, exactly ? listing.Location : Neighbourhood.Of(listing.Id, listing.Location),
        listing.Times.TimeZone, listing.Amenities, listing.Currency, listing.CancellationPolicy, listing.InstantBook,
        listing.Times.CheckIn.ToString("HH:mm"), listing.Times.CheckOut.ToString("HH:mm"), listing.StarRating, [.. listing.Units.Select(UnitPart.Of)]);
}

/// <summary>
/// A point a few hundred metres off, always the same for one listing: asking a thousand times and averaging tells no more than asking once (P-93).
/// </summary>
static class Neighbourhood
{
    const decimal Grid = 0.01m;

    public static PlaceBody Of(Guid listingId, PlaceBody exact)
    {
        var offset = DerivedId.From(listingId, "neighbourhood").ToByteArray();
        return new(Blurred(exact.Lat, offset[0]), Blurred(exact.Lon, offset[1]));
    }

    static decimal Blurred(decimal exact, byte offset) =>
        Math.Round(Math.Floor(exact / Grid) * Grid + Grid * offset / 256, 4);
}
