using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Roost.Domain;
using Roost.Domain.Booking;
using Roost.Domain.Cancelling;
using Roost.Domain.Pricing;
using Roost.Web.Asking;
using Roost.Web.Identity;
using Roost.Web.Quoting;
using Roost.Web.Watching;

namespace Roost.Web.Booking;

/// <summary>What guest, host and staff see of a booking.</summary>
static class Seeing
{
    static readonly TimeSpan stillThere = TimeSpan.FromSeconds(15);

    // With what is believed of a session, well within the five seconds in which a logout holds (P-112).
    static readonly TimeSpan stillAllowed = TimeSpan.FromSeconds(1);

    public static async Task<Results<Ok<BookingAnswer>, Ok<BookingPage>, ProblemHttpResult>> One(
        Guid bookingId, Caller caller, Bookings bookings, Nights nights, Alternatives alternatives, CancellationToken ct)
    {
        if (await bookings.Find(bookingId, ct) is { } booking)
        {
            if (!MaySee(caller, booking.GuestId, booking.HostId)) return Problems.NotFound("booking");
            var page = BookingPage.Of(booking, await bookings.Timeline(bookingId, ct), await nights.Now(ct), caller);
            return TypedResults.Ok(page with { Alternatives = booking.CancelledBy == "host" ? await alternatives.To(booking.Nights, ct) : null });
        }
        // Its owner has not seen it yet, which takes milliseconds; whoever was told 202 finds it all the same.
        return await bookings.FindAccepted(bookingId, ct) is { } accepted && MaySee(caller, accepted.GuestId, accepted.HostId)
            ? TypedResults.Ok(BookingAnswer.Of(accepted.Id, "requested", accepted.ConfirmationCode))
            : Problems.NotFound("booking");
    }

    public static async Task<Results<Ok<PricePage>, ProblemHttpResult>> Price(Guid bookingId, Caller caller, Bookings bookings, CancellationToken ct) =>
        await bookings.Find(bookingId, ct) is { } booking && MaySee(caller, booking.GuestId, booking.HostId)
            ? TypedResults.Ok(new PricePage(bookingId, booking.Price.Total, PriceExplanation.Of(booking.Price), booking.Price))
            : Problems.NotFound("booking");

    public static async Task<Ok<Page<BookingLine>>> Mine(Caller caller, [AsParameters] Paging paging, Bookings bookings, CancellationToken ct) =>
        TypedResults.Ok(Lines(await bookings.OfGuest(caller.UserId, paging.AfterId, paging.Size + 1, ct), paging));

    public static async Task<Results<Ok<Page<BookingLine>>, ProblemHttpResult>> OfUser(
        Guid userId, Caller caller, [AsParameters] Paging paging, Bookings bookings, CancellationToken ct) =>
        userId == caller.UserId || caller.IsStaff
            ? TypedResults.Ok(Lines(await bookings.OfGuest(userId, paging.AfterId, paging.Size + 1, ct), paging))
            : Problems.NotFound("user");

    public static async Task<Results<Ok<Page<BookingLine>>, ProblemHttpResult>> OfHost(
        Guid hostId, Caller caller, [AsParameters] Paging paging, Bookings bookings, CancellationToken ct) =>
        hostId == caller.UserId || caller.IsStaff
            ? TypedResults.Ok(Lines(await bookings.OfHost(hostId, paging.AfterId, paging.Size + 1, ct), paging))
            : Problems.NotFound("user");

    public static async Task<Ok<Page<BookingLine>>> WithMe(Caller caller, [AsParameters] Paging paging, Bookings bookings, CancellationToken ct) =>
        TypedResults.Ok(Lines(await bookings.OfHost(caller.UserId, paging.AfterId, paging.Size + 1, ct), paging));

    /// <summary>
    /// Each change of status as an event; its id is the step's version, so that a reconnect goes on where it was. Ends with the token, the session or the right to
    /// see the booking, whichever is over first.
    /// </summary>
    public static async Task<Results<ServerSentEventsResult<TimelineEntry>, ProblemHttpResult>> Events(
        Guid bookingId, HttpRequest request, Caller caller, BearerTokens tokens, Bookings bookings, Watch watch, CancellationToken ct)
    {
        var known = await bookings.FindAccepted(bookingId, ct);
        if (known is null || !MaySee(caller, known.GuestId, known.HostId)) return Problems.NotFound("booking");

        var from = int.TryParse(request.Headers["Last-Event-ID"], out var seen) ? seen : 0;
        return TypedResults.ServerSentEvents(Steps(bookingId, from, StillMaySee, bookings, watch, ct));

        async Task<bool> StillMaySee() => await tokens.Caller(request, ct) is { } now && MaySee(now, known.GuestId, known.HostId);
    }

    /// <summary>
    /// For who wants to change a booking that Web has accepted and its owner has not seen yet: it is there, so it is no 404, but nothing can be decided about it. A
    /// command now could overtake the one that places it. Not remembered under a key, so that a repeat goes through.
    /// </summary>
    internal static async Task<ProblemHttpResult> NotYet(Guid bookingId, Caller caller, Bookings bookings, HttpContext http, CancellationToken ct)
    {
        if (await bookings.FindAccepted(bookingId, ct) is not { } accepted || !MaySee(caller, accepted.GuestId, accepted.HostId)) return Problems.NotFound("booking");
        http.Response.Headers.RetryAfter = "1";
        return Problems.Of(StatusCodes.Status503ServiceUnavailable, BookingRoutes.InProgress, "The booking has just been accepted and is being placed. Try again in a moment.");
    }

    internal static bool MaySee(Caller caller, Guid guestId, Guid hostId) => caller.UserId == guestId || caller.UserId == hostId || caller.IsStaff;

    static async IAsyncEnumerable<SseItem<TimelineEntry>> Steps(
        Guid bookingId, int from, Func<Task<bool>> stillMaySee, Bookings bookings, Watch watch, [EnumeratorCancellation] CancellationToken ct)
    {
        for (string? state = null; !ct.IsCancellationRequested;)
        {
            var next = watch.NextInTime(bookingId, state, stillThere, ct);
            do
            {
                await Task.WhenAny(next, Task.Delay(stillAllowed, ct));
                if (!await stillMaySee()) yield break;
            }
            while (!next.IsCompleted);
            state = await next ?? state;
            foreach (var step in (await bookings.Timeline(bookingId, ct)).Where(step => step.Version > from))
            {
                from = step.Version;
                yield return new(step, step.Happened) { EventId = step.Version.ToString(System.Globalization.CultureInfo.InvariantCulture) };
            }
        }
    }

    static Page<BookingLine> Lines(IReadOnlyList<BookingRow> found, Paging paging) =>
        Page<BookingLine>.Of([.. found.Select(BookingLine.Of)], paging.Size, line => line.BookingId.ToString());
}

sealed record BookingLine(
    Guid BookingId, string Status, string ConfirmationCode, Guid ListingId, Guid UnitId, DateOnly CheckIn, DateOnly CheckOut, int Quantity, Money Total)
{
    public static BookingLine Of(BookingRow row) => new(
        row.Id, row.Status.Name(), row.ConfirmationCode, row.ListingId, row.Nights.UnitId, row.Nights.CheckIn, row.Nights.CheckOut, row.Nights.Quantity, row.Price.Total);
}

sealed record PricePage(Guid BookingId, Money Total, IReadOnlyList<ExplainedLine> Lines, PriceBreakdown Breakdown);

sealed record PaymentPart(string Status, string? ClientSecret);

/// <param name="Amount">Everything that goes back: by changes to something cheaper, and by the cancellation.</param>
/// <param name="Refunded">What of it is back with the guest.</param>
sealed record RefundPart(Money Amount, Money Refunded);

sealed record CancelPart(Money Refund, string Policy, string Why);

sealed record BookingPage(
    Guid BookingId, string Status, string? Reason, string ConfirmationCode, Guid ListingId, Guid HostId, Guid GuestId,
    Guid UnitId, DateOnly CheckIn, DateOnly CheckOut, int Quantity, GuestCount Guests, PriceBreakdown Price, CancellationPolicy CancellationPolicy,
    DateTimeOffset RequestedAt, DateTimeOffset? PayBy, DateTimeOffset? AnswerBy, PaymentPart? Payment, RefundPart? Refund, string? CancelledBy,
    CancelPart? CancellationNow, IReadOnlyList<TimelineEntry> Timeline, IReadOnlyList<Alternative>? Alternatives = null)
{
    public static BookingPage Of(BookingRow row, IReadOnlyList<TimelineEntry> timeline, DateTimeOffset now, Caller caller) => new(
        row.Id, row.NeedsGuestAction ? "requires_action" : row.Status.Name(), row.Code, row.ConfirmationCode, row.ListingId, row.HostId, row.GuestId,
        row.Nights.UnitId, row.Nights.CheckIn, row.Nights.CheckOut, row.Nights.Quantity, row.Guests, row.Price, row.Policy,
        row.RequestedAt, row.PayBy, row.AnswerBy,
        row.PaymentStatus is null ? null : new(row.PaymentStatus, caller.UserId == row.GuestId ? row.ClientSecret : null),
        row is { Refund: null, FromChanges: 0 }
            ? null
            : new(new Money(row.FromChanges + (row.Refund ?? 0), row.Price.Currency), new Money(row.Refunded, row.Price.Currency)),
        row.CancelledBy, Preview(row, now), timeline);

    /// <summary>What the guest would get back for cancelling at this moment.</summary>
    static CancelPart? Preview(BookingRow row, DateTimeOffset now)
    {
        if (row.Status is not (BookingState.Confirmed or BookingState.InStay)) return null;
        var cancellation = Cancellations.ByGuest(row.ForCancelling, now);
        return new(cancellation.Refund.Total, row.Policy.Name, cancellation.Rule);
    }
}
