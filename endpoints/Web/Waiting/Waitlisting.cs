using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using NServiceBus.TransactionalSession;
using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Calendar;
using Roost.Web.Asking;
using Roost.Web.Booking;
using Roost.Web.Identity;
using Roost.Web.Listing;
using Roost.Web.Quoting;

namespace Roost.Web.Waiting;

/// <param name="Guests">Who would come; one adult when nothing is said.</param>
public sealed record WaitBody(
    Guid UnitId, DateOnly CheckIn, DateOnly CheckOut, int Quantity = 1, string? PaymentMethodId = null, GuestsBody? Guests = null);

/// <summary>What is left out is as it was said on joining.</summary>
public sealed record TakeOfferBody(
    string? PaymentMethodId = null, GuestsBody? Guests = null, string? GuestName = null, string? GuestEmail = null, string? SpecialRequests = null);

sealed record OfferPart(Guid OfferId, DateTimeOffset ExpiresAt);

/// <param name="Status">joining, waiting, offered; accepted until it is known what comes of the booking; then booked, lapsed or left.</param>
/// <param name="WaitsBecause">Why not yet, in a stable word: nights_not_free, sale_closed, too_late_to_arrive.</param>
sealed record EntryAnswer(
    Guid EntryId, string Status, long? Position, Guid UnitId, DateOnly CheckIn, DateOnly CheckOut, int Quantity,
    string? WaitsBecause, DateOnly? WaitsForNight, OfferPart? Offer, Guid? BookingId)
{
    public static EntryAnswer Of(EntryRow row) => new(
        row.Id, row.Status, row.Position, row.Nights.UnitId, row.Nights.CheckIn, row.Nights.CheckOut, row.Nights.Quantity,
        row.WaitsBecause, row.WaitsForNight, row is { Status: "offered", OfferId: { } offer, OfferUntil: { } until } ? new(offer, until) : null, row.BookingId);
}

/// <summary>The line for nights that somebody else has. Whoever is offered them has them, until the offer ends (P-75, P-79).</summary>
static class Waitlisting
{
    public static async Task<Results<Accepted<EntryAnswer>, ProblemHttpResult>> Join(
        WaitBody body, Caller caller, Listings listings, StayPrices prices, Nights nights, EntryRows entries, ITransactionalSession bus, Outcome outcome,
        CancellationToken ct)
    {
        if (body.PaymentMethodId is { } method && Placing.WrongMethod(method) is { } problem) return problem;
        if (await listings.OfUnit(body.UnitId, ct) is not { IsActive: true } listing)
            return Problems.Invalid("unitId", "There is no such unit on sale.", "unknown_unit");

        var unit = listing.Units.Single(each => each.Id == body.UnitId);
        var guests = body.Guests ?? new(Adults: 1);
        var stay = await prices.Of(
            listing, unit, new AskedStay(body.CheckIn, body.CheckOut, guests.Adults, guests.Children, guests.Infants, body.Quantity), ct);
        if (stay.Refusals.Count > 0) return Problems.Invalid(stay.Refusals);
        if (stay.IsAvailable(body.Quantity)) return Problems.Conflict("nights_available", "These nights are free: book them.");

        var line = new NightsLine(body.UnitId, body.CheckIn, body.CheckOut, body.Quantity);
        var joinedAt = await nights.Now(ct);
        if (await entries.Waiting(caller.UserId, line, ct) is { } already)
            return Problems.Conflict("already_waiting", "You are in line for these nights.", new Dictionary<string, object?> { ["entryId"] = already });

        var entryId = Guid.CreateVersion7();
        await entries.Insert(entryId, caller.UserId, line, guests, body.PaymentMethodId, joinedAt, ct);
        await bus.Send(new JoinWaitlist(
            entryId, caller.UserId, line, Priority: 0, joinedAt, UselessAfter: listing.Times.ArrivalDayEndsAt(new Stay(body.CheckIn, body.CheckOut))), ct);
        outcome.About = entryId;
        return TypedResults.Accepted($"/api/v1/waitlist/{entryId}",
            new EntryAnswer(entryId, "joining", Position: null, line.UnitId, line.CheckIn, line.CheckOut, line.Quantity, null, null, null, null));
    }

    public static async Task<IResult?> Joined(Guid entryId, HttpContext http) =>
        await EntryRows.Find(http.RequestServices.GetRequiredService<NpgsqlDataSource>(), entryId, http.RequestAborted) is { State: not null } entry
            ? TypedResults.Created($"/api/v1/waitlist/{entryId}", EntryAnswer.Of(entry))
            : null;

    public static async Task<Results<Ok<EntryAnswer>, ProblemHttpResult>> One(Guid entryId, Caller caller, EntryRows entries, CancellationToken ct) =>
        await Mine(entryId, caller, entries, ct) is { } entry ? TypedResults.Ok(EntryAnswer.Of(entry)) : Problems.NotFound("entry");

    public static async Task<Results<NoContent, ProblemHttpResult>> Leave(
        Guid entryId, Caller caller, EntryRows entries, ITransactionalSession bus, CancellationToken ct)
    {
        if (await Mine(entryId, caller, entries, ct) is not { } entry) return Problems.NotFound("entry");

        if (entry.Status is "joining" or "waiting" or "offered") await bus.Send(new LeaveWaitlist(entryId), ct);
        return TypedResults.NoContent();
    }

    /// <summary>A booking like any other, at today's price, except that the nights are kept for this guest already.</summary>
    public static async Task<Results<Accepted<BookingAnswer>, ProblemHttpResult>> Accept(
        Guid entryId, Caller caller, EntryRows entries, QuoteMaker maker, Bookings bookings, Listings listings, BookingWrites writes, ITransactionalSession bus,
        Outcome outcome, CancellationToken ct, TakeOfferBody? body = null)
    {
        if (await Mine(entryId, caller, entries, ct) is not { } entry) return Problems.NotFound("entry");
        var booking = new BookingBody(
            QuoteId: Guid.Empty, body?.PaymentMethodId ?? entry.PaymentMethodId ?? "", body?.GuestName, body?.GuestEmail, body?.SpecialRequests);
        if (Placing.Wrong(booking) is { } problem) return problem;
        if (entry.BookingId is { } made) return await Same(made, bookings, outcome, ct);
        if (entry is not { Status: "offered", OfferId: { } offer }) return Problems.Conflict("no_offer", "Nothing is offered to you now.");
        // The calendar ends the offer; it may not have heard of it yet.
        if (await listings.OfUnit(entry.Nights.UnitId, ct) is not { } listing || !await writes.KeepOnSale(listing.Id, ct)) return Placing.NotActive;

        var (quote, refusal) = await maker.Make(
            new QuoteBody(entry.Nights.UnitId, entry.Nights.CheckIn, entry.Nights.CheckOut, body?.Guests ?? entry.Guests, entry.Nights.Quantity),
            caller.UserId, ct, own: entry.Nights);
        if (quote is null) return refusal!;

        // What was refused is refused by now: whoever marks the entry as booked places the booking, in the same transaction.
        var bookingId = Guid.CreateVersion7();
        return await entries.Book(entryId, bookingId, ct) is var booked && booked == bookingId
            ? await Placing.PlaceQuoted(bookingId, quote, offer, booking with { QuoteId = quote.QuoteId }, listing, writes, bus, outcome, ct)
            : await Same(booked, bookings, outcome, ct);
    }

    static async Task<Results<Accepted<BookingAnswer>, ProblemHttpResult>> Same(Guid bookingId, Bookings bookings, Outcome outcome, CancellationToken ct)
    {
        var accepted = await bookings.FindAccepted(bookingId, ct);
        outcome.About = bookingId;
        return TypedResults.Accepted($"/api/v1/bookings/{bookingId}", BookingAnswer.Of(bookingId, "requested", accepted!.ConfirmationCode));
    }

    static async Task<EntryRow?> Mine(Guid entryId, Caller caller, EntryRows entries, CancellationToken ct) =>
        await entries.Find(entryId, ct) is { } entry && entry.GuestId == caller.UserId ? entry : null;
}
