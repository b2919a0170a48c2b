using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using NServiceBus.TransactionalSession;
using Roost.Domain;
using Roost.Domain.Booking;
using Roost.Web.Asking;
using Roost.Web.Identity;

namespace Roost.Web.Listing;

/// <summary>What a host does with listings of his own. The calendar learns of each change in the same transaction.</summary>
static class ListingChanges
{
    static readonly BookingState[] UnderWay = [BookingState.Requested, BookingState.Held, BookingState.AwaitingPayment, BookingState.AwaitingHost];

    public static async Task<Results<Created<CreatedListing>, ProblemHttpResult>> Create(
        ListingBody body, Caller caller, ListingWrites writes, ITransactionalSession bus, Listings listings, CancellationToken ct)
    {
        Refusal[] refusals = [.. body.Refusals()];
        if (refusals.Length > 0) return Problems.Invalid(refusals);

        var listingId = Guid.CreateVersion7();
        var units = body.Units.Select(unit => (Id: Guid.CreateVersion7(), Unit: unit)).ToList();
        await writes.Insert(listingId, caller.UserId, body, units, ct);
        return TypedResults.Created($"/api/v1/listings/{listingId}",
            new CreatedListing(listingId, "draft", [.. units.Select(unit => new CreatedUnit(unit.Id, unit.Unit.Name))]));
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Update(
        Guid listingId, ListingChangeBody body, Caller caller, Listings listings, ListingWrites writes, ITransactionalSession bus, CancellationToken ct)
    {
        if (await listings.OfHost(listingId, caller, ct) is null) return Problems.NotFound("listing");
        Refusal[] refusals = [.. body.Refusals()];
        if (refusals.Length > 0) return Problems.Invalid(refusals);
        if (await listings.Locked(listingId, writes, ct) is not { } listing) return Problems.NotFound("listing");

        await writes.Update(listingId, body, ct);
        var changed = listing with
        {
            Version = listing.Version + 1,
            Times = new(body.TimeZone, ListingChecks.Time(body.CheckInTime)!.Value, ListingChecks.Time(body.CheckOutTime)!.Value),
        };
        if (listing.Status != "draft") await Define(changed, bus, ct);
        return TypedResults.NoContent();
    }

    public static async Task<Results<Accepted, ProblemHttpResult>> Activate(
        Guid listingId, Caller caller, Listings listings, ListingWrites writes, ITransactionalSession bus, Outcome outcome, CancellationToken ct) =>
        await Put("active", listingId, caller, listings, writes, bus, outcome, ct);

    public static async Task<Results<Accepted, ProblemHttpResult>> Deactivate(
        Guid listingId, Caller caller, Listings listings, ListingWrites writes, ITransactionalSession bus, Outcome outcome, CancellationToken ct) =>
        await Put("inactive", listingId, caller, listings, writes, bus, outcome, ct);

    public static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid listingId, Caller caller, Listings listings, ListingWrites writes, ITransactionalSession bus, NpgsqlDataSource database, CancellationToken ct)
    {
        if (await listings.OfHost(listingId, caller, ct) is null || await listings.Locked(listingId, writes, ct) is not { } listing) return Problems.NotFound("listing");
        if (await HasStaysAhead(listingId, database, ct)) return Problems.Conflict("has_bookings", "Guests are still to come or are there now.");

        return await SetStatus(listing, "deleted", writes, bus, ct) is { } problem ? problem : TypedResults.NoContent();
    }

    internal static async Task Define(ListingRow listing, ITransactionalSession bus, CancellationToken ct)
    {
        foreach (var unit in listing.Units) await bus.Send(listing.Definition(unit), ct);
    }

    static async Task<Results<Accepted, ProblemHttpResult>> Put(
        string status, Guid listingId, Caller caller, Listings listings, ListingWrites writes, ITransactionalSession bus, Outcome outcome, CancellationToken ct)
    {
        if (await listings.OfHost(listingId, caller, ct) is null || await listings.Locked(listingId, writes, ct) is not { } listing) return Problems.NotFound("listing");
        if (await SetStatus(listing, status, writes, bus, ct) is { } problem) return problem;

        outcome.About = listingId;
        return TypedResults.Accepted((string?)null);
    }

    static async Task<ProblemHttpResult?> SetStatus(ListingRow listing, string status, ListingWrites writes, ITransactionalSession bus, CancellationToken ct)
    {
        if (listing.Status == status) return null;
        if (listing.Status == "under_review") return Problems.Conflict("under_review", "Staff look at this listing first.");

        var version = await writes.SetStatus(listing.Id, status, ct);
        await Define(listing with { Status = status, Version = version }, bus, ct);
        return null;
    }

    // Whoever is booking right now will be a guest in a minute: from the moment in which the request was taken in until the calendar has the nights or it has ended.
    // One statement, so that a booking is not missed while it goes from the one to the other.
    static async Task<bool> HasStaysAhead(Guid listingId, NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select exists (select from calendar.claim_view c join calendar.unit_view u on u.unit_id = c.unit_id
                           where u.listing_id = @listing_id and c.kind in ('hold', 'booking') and c.has_its_nights and c.check_out >= u.today)
                or exists (select from web.bookings b left join reservation.booking_view r on r.booking_id = b.id
                           where b.listing_id = @listing_id and coalesce(r.status, @requested) = any(@under_way))
            """);
        command.Parameters.AddWithValue("listing_id", listingId);
        command.Parameters.AddWithValue("requested", BookingState.Requested.Name());
        command.Parameters.AddWithValue("under_way", UnderWay.Select(state => state.Name()).ToArray());
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Rights are per listing: being the host of another one says nothing (P-111).</summary>
    internal static async Task<ListingRow?> OfHost(this Listings listings, Guid listingId, Caller caller, CancellationToken ct) =>
        await listings.Find(listingId, ct) is { } listing && (listing.HostId == caller.UserId || caller.IsAdmin) ? listing : null;

    /// <summary>As it is when this change has its turn; null when the one before has deleted it. Only for whoever may change it: others must not make anybody wait.</summary>
    internal static async Task<ListingRow?> Locked(this Listings listings, Guid listingId, ListingWrites writes, CancellationToken ct)
    {
        await writes.Lock(listingId, ct);
        return await listings.Find(listingId, ct);
    }
}

sealed record CreatedListing(Guid ListingId, string Status, IReadOnlyList<CreatedUnit> Units);

sealed record CreatedUnit(Guid UnitId, string Name);
