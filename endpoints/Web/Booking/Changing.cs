using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using NServiceBus.TransactionalSession;
using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Booking;
using Roost.Domain.Calendar;
using Roost.Domain.Changing;
using Roost.Domain.Pricing;
using Roost.Web.Asking;
using Roost.Web.Identity;
using Roost.Web.Listing;
using Roost.Web.Quoting;

namespace Roost.Web.Booking;

/// <summary>What is left out stays as it is.</summary>
public sealed record ChangeBody(DateOnly CheckIn, DateOnly CheckOut, GuestsBody? Guests = null, int? Quantity = null);

public sealed record ConfirmBody(string? PaymentMethodId = null);

/// <param name="Difference">Positive: to be paid with the confirmation. Negative: goes back.</param>
sealed record ChangeAnswer(
    Guid ChangeId, Guid BookingId, string Status, Money? Difference, PriceBreakdown? Price, DateTimeOffset? ExpiresAt,
    string? Reason = null, string? ClientSecret = null)
{
    public static ChangeAnswer Of(ChangeRow row) => new(
        row.Id, row.BookingId, row is { PaymentStatus: "requires_action", Status: "proposed" } ? "requires_action" : row.Status,
        row.Difference, row.Price, row.ExpiresAt, row.Code, row.ClientSecret);
}

/// <summary>
/// Other dates, guests or quantity for a booking. The booking stays as it is until the guest has confirmed and the new nights are his (P-26, P-27).
/// </summary>
static class Changing
{
    public static async Task<Results<Accepted<ChangeAnswer>, ProblemHttpResult>> Ask(
        Guid bookingId, ChangeBody body, Caller caller, Bookings bookings, Listings listings, StayPrices prices, Alternatives alternatives,
        Nights nights, ChangeRows changes, ITransactionalSession bus, Outcome outcome, HttpContext http, CancellationToken ct)
    {
        if (await bookings.Find(bookingId, ct) is not { } booking) return await Seeing.NotYet(bookingId, caller, bookings, http, ct);
        if (!Seeing.MaySee(caller, booking.GuestId, booking.HostId)) return Problems.NotFound("booking");
        if (caller.UserId != booking.GuestId) return Problems.Forbidden("Only the guest changes the booking.");
        if (!BookingStates.May(Actor.Guest, BookingEvent.Changed, booking.Status))
            return Problems.Conflict("not_changeable", $"A booking that is {booking.Status.Name()} cannot be changed.");
        var now = await nights.Now(ct);
        if (Changes.Refusal(booking.ForCancelling, body.CheckIn, body.CheckOut, now) is { } refusal)
            return Problems.Invalid([refusal]);
        if (await listings.Find(booking.ListingId, ct) is not { } listing)
            return Placing.NotActive;

        var unit = listing.Units.Single(each => each.Id == booking.Nights.UnitId);
        var guests = body.Guests ?? new(booking.Guests.Adults, booking.Guests.Children, booking.Guests.Infants);
        var line = new NightsLine(unit.Id, body.CheckIn, body.CheckOut, body.Quantity ?? booking.Nights.Quantity);
        var asked = new AskedStay(body.CheckIn, body.CheckOut, guests.Adults, guests.Children, guests.Infants, line.Quantity);
        var stay = await prices.Of(listing, unit, asked, ct, own: booking.Nights, held: await changes.Held(bookingId, ct));
        if (stay.Refusals.Count > 0) return Problems.Invalid(stay.Refusals);

        var party = new GuestCount(guests.Adults, guests.Children, guests.Infants);
        if (line == booking.Nights && party == booking.Guests) return Problems.Invalid("checkIn", "The booking is like this already.", "nothing_changes");
        if (!stay.IsAvailable(line.Quantity))
            return Unavailable.Stay(stay, await alternatives.To(listing, unit, new Stay(line.CheckIn, line.CheckOut), line.Quantity, ct));

        var settled = Changes.Settle(booking.ForCancelling, stay.Price!, Actor.Guest, now);
        if (settled.Difference.IsPositive() && ChargeableAmounts.IsTooSmall(settled.Difference))
            return Problems.Conflict("change_refused", "It costs more, but so little that no card can be charged.", new Dictionary<string, object?> { ["reason"] = "amount_too_small" });

        var changeId = Guid.CreateVersion7();
        await changes.Insert(changeId, bookingId, caller.UserId, settled.NewPrice, ct);
        await bus.Send(new RequestChange(
            changeId, bookingId, caller.UserId, listing.UnitKind, line, party, booking.Price.Total, settled.NewPrice, settled.Policy), ct);
        outcome.About = changeId;
        return TypedResults.Accepted($"/api/v1/changes/{changeId}",
            new ChangeAnswer(changeId, bookingId, "requested", settled.Difference, settled.NewPrice, ExpiresAt: null));
    }

    public static async Task<IResult?> Proposed(Guid changeId, HttpContext http) => await Row(changeId, http) switch
    {
        { Status: "refused", Code: Unavailable.Code or Unavailable.Closed } refused => Unavailable.Because(refused.Code, await Alternatives(refused.Price, http)),
        { Status: "refused" } refused => Refused(refused),
        { Status: "proposed" or "applied" } proposed => TypedResults.Created($"/api/v1/changes/{changeId}", ChangeAnswer.Of(proposed)),
        _ => null,
    };

    public static async Task<Results<Ok<ChangeAnswer>, ProblemHttpResult>> One(Guid changeId, Caller caller, ChangeRows changes, CancellationToken ct) =>
        await changes.Find(changeId, ct) is { } change && (change.GuestId == caller.UserId || caller.IsStaff)
            ? TypedResults.Ok(ChangeAnswer.Of(change) with { ClientSecret = change.GuestId == caller.UserId ? change.ClientSecret : null })
            : Problems.NotFound("change");

    public static async Task<Results<Ok<ChangeAnswer>, Accepted<ChangeAnswer>, ProblemHttpResult>> Confirm(
        Guid changeId, Caller caller, ChangeRows changes, ITransactionalSession bus, Outcome outcome, CancellationToken ct, ConfirmBody? body = null)
    {
        if (body?.PaymentMethodId is { } named && Placing.WrongMethod(named) is { } problem) return problem;
        if (await changes.Find(changeId, ct) is not { } change || change.GuestId != caller.UserId) return Problems.NotFound("change");

        switch (change)
        {
            case { Status: "applied" }: return TypedResults.Ok(ChangeAnswer.Of(change));
            case { Status: "refused" }: return Refused(change);
            case { Status: "requested" }: return Problems.Conflict("change_not_proposed", "The new nights are not held yet.");
            case { IsOver: true, PaymentStatus: null }:
                return Problems.Conflict("change_expired", "The new nights were held for some minutes only. Ask again.");
            case { UsualMethod: null, Difference.Amount: > 0 } when body?.PaymentMethodId is null:
                return Problems.Invalid("paymentMethodId", "Say how the difference is paid.", "payment_method");
        }
        outcome.About = changeId;
        await bus.Send(new ConfirmChange(changeId, caller.UserId, body?.PaymentMethodId ?? change.UsualMethod ?? ""), ct);
        return TypedResults.Accepted($"/api/v1/changes/{changeId}", ChangeAnswer.Of(change) with { Status = "confirmed" });
    }

    public static async Task<IResult?> Confirmed(Guid changeId, HttpContext http) => await Row(changeId, http) switch
    {
        { Status: "applied" } applied => TypedResults.Ok(ChangeAnswer.Of(applied)),
        { Status: "refused" } refused => Refused(refused),
        { PaymentStatus: "requires_action" } waits => TypedResults.Accepted($"/api/v1/changes/{changeId}", ChangeAnswer.Of(waits)),
        _ => null,
    };

    static ProblemHttpResult Refused(ChangeRow change)
    {
        var more = new Dictionary<string, object?> { ["changeId"] = change.Id, ["reason"] = change.Code };
        return change.PaymentStatus == "declined"
            ? Problems.Of(StatusCodes.Status402PaymentRequired, "payment_declined", "The payment was declined; the booking is as it was.", more: more)
            : Problems.Conflict("change_refused", "The booking is as it was.", more);
    }

    static Task<IReadOnlyList<Alternative>> Alternatives(PriceBreakdown wanted, HttpContext http) =>
        http.RequestServices.GetRequiredService<Alternatives>().To(ChangeRows.NightsOf(wanted), http.RequestAborted);

    static Task<ChangeRow?> Row(Guid changeId, HttpContext http) =>
        ChangeRows.Find(http.RequestServices.GetRequiredService<NpgsqlDataSource>(), changeId, http.RequestAborted);
}
