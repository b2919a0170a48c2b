using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using NpgsqlTypes;
using NServiceBus.Persistence.Sql;
using NServiceBus.TransactionalSession;
using Roost.Contracts;
using Roost.Domain.Identity;
using Roost.Domain.Quoting;
using Roost.Web.Asking;
using Roost.Web.Identity;
using Roost.Web.Listing;
using Roost.Web.Quoting;

namespace Roost.Web.Booking;

public sealed record BookingBody(
    Guid QuoteId, string PaymentMethodId, string? GuestName = null, string? GuestEmail = null, string? SpecialRequests = null);

public sealed record BookingAnswer(
    Guid BookingId, string Status, string ConfirmationCode, string StatusUrl, string EventsUrl, string? ClientSecret = null)
{
    public static BookingAnswer Of(Guid bookingId, string status, string confirmationCode) =>
        new(bookingId, status, confirmationCode, $"/api/v1/bookings/{bookingId}", $"/api/v1/bookings/{bookingId}/events");
}

/// <summary>Takes a booking in: the quote is checked, the request and its command are one transaction with the idempotency key.</summary>
static class Placing
{
    const int LongestName = 200;
    const int LongestWish = 2_000;

    public static async Task<Results<Accepted<BookingAnswer>, ProblemHttpResult>> Place(
        BookingBody body, Caller caller, QuoteStore quotes, QuoteMaker maker, Listings listings, BookingWrites writes, ITransactionalSession bus, Outcome outcome, CancellationToken ct)
    {
        if (Wrong(body) is { } problem) return problem;
        if (await quotes.Find(body.QuoteId, caller.UserId, ct) is not { } found || found.Refusal?.Code == "quote_not_yours")
            return Problems.Invalid("quoteId", "You have no such quote.", "unknown_quote");
        if (found.Refusal is { Code: "quote_expired" }) return await Expired(found.Quote, caller, maker, ct);
        if (found.Refusal is { } refusal) return Problems.Invalid([refusal]);

        if (!await writes.KeepOnSale(found.Quote.ListingId, ct) || await listings.Find(found.Quote.ListingId, ct) is not { } listing) return NotActive;

        return await PlaceQuoted(Guid.CreateVersion7(), found.Quote, offer: null, body, listing, writes, bus, outcome, ct);
    }

    /// <summary>Also for whoever accepts a waitlist offer: the nights are claimed for them already. The listing is kept on sale by whoever calls.</summary>
    internal static async Task<Results<Accepted<BookingAnswer>, ProblemHttpResult>> PlaceQuoted(
        Guid bookingId, Quote quote, Guid? offer, BookingBody body, ListingRow listing, BookingWrites writes, ITransactionalSession bus, Outcome outcome, CancellationToken ct)
    {
        var (code, earlier) = await writes.Insert(bookingId, quote, listing, body, ct);
        if (earlier is not null)
        {
            return Problems.Conflict("quote_used", "This quote has been booked already.",
                new Dictionary<string, object?> { ["bookingId"] = earlier });
        }

        var unit = quote.Price.Units[0];
        await bus.Send(new PlaceBooking(
            bookingId, code, quote.GuestId, listing.HostId, listing.Id, listing.UnitKind,
            new(unit.UnitId, quote.Price.Stay.CheckIn, quote.Price.Stay.CheckOut, unit.Quantity), quote.Guests, listing.InstantBook,
            listing.Times.TimeZone, listing.Times.CheckIn, listing.Times.CheckOut, quote.Price, quote.Policy, body.PaymentMethodId, offer), ct);
        outcome.About = bookingId;
        return TypedResults.Accepted($"/api/v1/bookings/{bookingId}", BookingAnswer.Of(bookingId, "requested", code));
    }

    internal static ProblemHttpResult NotActive => Problems.Conflict("listing_not_active", "This place is not on sale any more.");

    internal static ProblemHttpResult? Wrong(BookingBody body)
    {
        if (WrongMethod(body.PaymentMethodId) is { } problem) return problem;
        if (body.GuestName?.Length > LongestName) return Problems.Invalid("guestName", $"At most {LongestName} characters.");
        if (body.GuestEmail is not null && EmailAddress.Normalize(body.GuestEmail) is null) return Problems.Invalid("guestEmail", "Not an e-mail address.");
        return body.SpecialRequests?.Length > LongestWish ? Problems.Invalid("specialRequests", $"At most {LongestWish} characters.") : null;
    }

    internal static ProblemHttpResult? WrongMethod(string? method) =>
        method is ['p', 'm', '_', _, ..] && method.Length <= 200 && method.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            ? null
            : Problems.Invalid("paymentMethodId", "The id that Stripe gave the payment method; never a card number.", "payment_method");

    static async Task<ProblemHttpResult> Expired(Quote old, Caller caller, QuoteMaker maker, CancellationToken ct)
    {
        var unit = old.Price.Units[0];
        var (fresh, problem) = await maker.Make(
            new(unit.UnitId, old.Price.Stay.CheckIn, old.Price.Stay.CheckOut, new(old.Guests.Adults, old.Guests.Children, old.Guests.Infants), unit.Quantity), caller.UserId, ct);
        return fresh is null
            ? problem!
            : Problems.Conflict("quote_expired", "The price was held for 15 minutes. This is today's.",
                new Dictionary<string, object?> { ["quote"] = QuoteAnswer.Of(fresh) });
    }
}

/// <summary>Rows of web.bookings and web.cancellations, in the transaction of the request.</summary>
public sealed class BookingWrites(ISqlStorageSession session)
{
    /// <summary>From here to the commit nobody takes the place off sale, so that whoever does it sees the booking. False: somebody has.</summary>
    public async Task<bool> KeepOnSale(Guid listingId, CancellationToken ct)
    {
        await using var command = Command("select true from web.listings where id = @id and status = 'active' for share");
        command.Parameters.AddWithValue("id", listingId);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>The code that people call the booking by, which no other one has; or the booking that this quote was used for before.</summary>
    public async Task<(string Code, Guid? Earlier)> Insert(Guid bookingId, Quote quote, ListingRow listing, BookingBody body, CancellationToken ct)
    {
        while (true)
        {
            var code = ConfirmationCode.Of(RandomNumberGenerator.GetBytes(ConfirmationCode.RandomBytes));
            var owner = await Insert(bookingId, quote, listing, code, body, ct);
            if (owner is not null) return (code, owner == bookingId ? null : owner);
        }
    }

    /// <summary>The booking of this quote, which may be an earlier one; null: the code is another booking's.</summary>
    async Task<Guid?> Insert(Guid bookingId, Quote quote, ListingRow listing, string code, BookingBody body, CancellationToken ct)
    {
        await using var command = Command(
            """
            insert into web.bookings (id, guest_id, host_id, listing_id, quote_id, confirmation_code, guest_name, guest_email, special_requests, payment_method_id)
            values (@id, @guest_id, @host_id, @listing_id, @quote_id, @code, @guest_name, @guest_email, @special_requests, @payment_method_id)
            on conflict do nothing;

            select id from web.bookings where quote_id = @quote_id;
            """);
        command.Parameters.AddWithValue("id", bookingId);
        command.Parameters.AddWithValue("guest_id", quote.GuestId);
        command.Parameters.AddWithValue("host_id", listing.HostId);
        command.Parameters.AddWithValue("listing_id", listing.Id);
        command.Parameters.AddWithValue("quote_id", quote.QuoteId);
        command.Parameters.AddWithValue("code", code);
        command.Parameters.Add(new("guest_name", NpgsqlDbType.Text) { Value = body.GuestName ?? (object)DBNull.Value });
        command.Parameters.Add(new("guest_email", NpgsqlDbType.Text) { Value = body.GuestEmail ?? (object)DBNull.Value });
        command.Parameters.Add(new("special_requests", NpgsqlDbType.Text) { Value = body.SpecialRequests ?? (object)DBNull.Value });
        command.Parameters.AddWithValue("payment_method_id", body.PaymentMethodId);
        return (Guid?)await command.ExecuteScalarAsync(ct);
    }

    /// <summary>When the cancellation that counts was asked for, and whether it is this one.</summary>
    public async Task<(DateTimeOffset AskedAt, bool IsFirst)> Cancel(Guid bookingId, string by, string reason, CancellationToken ct)
    {
        await using var command = Command(
            """
            insert into web.cancellations (booking_id, by, reason) values (@id, @by, @reason) on conflict do nothing returning asked_at;
            select asked_at from web.cancellations where booking_id = @id;
            """);
        command.Parameters.AddWithValue("id", bookingId);
        command.Parameters.AddWithValue("by", by);
        command.Parameters.AddWithValue("reason", reason);
        await using var rows = await command.ExecuteReaderAsync(ct);
        if (await rows.ReadAsync(ct)) return (rows.GetFieldValue<DateTimeOffset>(0), true);
        await rows.NextResultAsync(ct);
        await rows.ReadAsync(ct);
        return (rows.GetFieldValue<DateTimeOffset>(0), false);
    }

    NpgsqlCommand Command(string sql) => new(sql, (NpgsqlConnection)session.Connection, (NpgsqlTransaction?)session.Transaction);
}
