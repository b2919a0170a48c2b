using Microsoft.AspNetCore.Http.HttpResults;
using NServiceBus.TransactionalSession;
using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Booking;
using Roost.Web.Asking;
using Roost.Web.Identity;

namespace Roost.Web.Booking;

public sealed record ReasonBody(string? Reason = null);

public sealed record CancelAnswer(Guid BookingId, string Status, Money? Refund, string Policy);

/// <summary>Cancelling, and the host's answer to a request.</summary>
static class Ending
{
    const int LongestReason = 500;

    public static async Task<Results<Accepted<CancelAnswer>, ProblemHttpResult>> Cancel(
        Guid bookingId, Caller caller, Bookings bookings, BookingWrites writes, ITransactionalSession bus, Outcome outcome,
        HttpContext http, CancellationToken ct, ReasonBody? body = null)
    {
        if (body?.Reason?.Length > LongestReason) return Problems.Invalid("reason", $"At most {LongestReason} characters.");
        if (await bookings.Find(bookingId, ct) is not { } booking) return await Seeing.NotYet(bookingId, caller, bookings, http, ct);
        if (RoleIn(booking, caller) is not { } by) return Problems.NotFound("booking");

        outcome.About = bookingId;
        if (booking.Status != BookingState.Cancelled)
        {
            if (!BookingStates.May(by, BookingEvent.CalledOff, booking.Status))
                return Problems.Conflict("not_cancellable", $"A booking that is {booking.Status.Name()} cannot be cancelled.");

            var (askedAt, isFirst) = await writes.Cancel(bookingId, by.ToString().ToLowerInvariant(), body?.Reason ?? "", ct);
            if (isFirst) await bus.Send(new CancelBooking(bookingId, by, caller.UserId, askedAt, body?.Reason ?? ""), ct);
        }
        return TypedResults.Accepted($"/api/v1/bookings/{bookingId}", Answer(booking));
    }

    public static async Task<Results<Accepted<BookingAnswer>, ProblemHttpResult>> Accept(
        Guid bookingId, Caller caller, Bookings bookings, ITransactionalSession bus, Outcome outcome, CancellationToken ct)
    {
        var (booking, problem) = await Asked(bookingId, caller, bookings, ct);
        if (booking is null) return problem!;

        outcome.About = bookingId;
        await bus.Send(new AcceptBooking(bookingId, caller.UserId), ct);
        return Answered(booking);
    }

    public static async Task<Results<Accepted<BookingAnswer>, ProblemHttpResult>> Decline(
        Guid bookingId, Caller caller, Bookings bookings, ITransactionalSession bus, Outcome outcome, CancellationToken ct,
        ReasonBody? body = null)
    {
        var (booking, problem) = await Asked(bookingId, caller, bookings, ct);
        if (booking is null) return problem!;

        outcome.About = bookingId;
        await bus.Send(new DeclineBooking(bookingId, caller.UserId, body?.Reason), ct);
        return Answered(booking);
    }

    public static async Task<Results<Accepted, ProblemHttpResult>> NoShow(
        Guid bookingId, Caller caller, Bookings bookings, ITransactionalSession bus, CancellationToken ct)
    {
        if (await bookings.Find(bookingId, ct) is not { } booking || caller.UserId != booking.HostId) return Problems.NotFound("booking");
        if (booking.Status != BookingState.InStay) return Problems.Conflict("not_in_stay", "Only between check-in and check-out can a guest be reported as not come.");

        await bus.Send(new RecordNoShow(bookingId, caller.UserId), ct);
        return TypedResults.Accepted($"/api/v1/bookings/{bookingId}");
    }

    public static async Task<IResult?> Cancelled(Guid bookingId, HttpContext http) =>
        await Find(bookingId, http) is { HasEnded: true } booking ? TypedResults.Accepted($"/api/v1/bookings/{bookingId}", Answer(booking)) : null;

    /// <summary>Somebody else may have been quicker, or the deadline: then the host's yes has changed nothing, and he is told so.</summary>
    public static async Task<IResult?> Accepted(Guid bookingId, HttpContext http) => await Find(bookingId, http) switch
    {
        { ConfirmedAt: not null } confirmed => Answered(confirmed),
        { HasEnded: true } ended => TooLate(ended),
        _ => null,
    };

    public static async Task<IResult?> Declined(Guid bookingId, HttpContext http) => await Find(bookingId, http) switch
    {
        { Status: BookingState.Declined } declined => Answered(declined),
        { HasEnded: false, ConfirmedAt: null } or null => null,
        var other => TooLate(other),
    };

    static Accepted<BookingAnswer> Answered(BookingRow booking) => TypedResults.Accepted(
        $"/api/v1/bookings/{booking.Id}", BookingAnswer.Of(booking.Id, booking.Status.Name(), booking.ConfirmationCode));

    static ProblemHttpResult TooLate(BookingRow booking) => Problems.Conflict(
        "not_awaiting_host", $"The booking is {booking.Status.Name()}; there is nothing to answer.",
        new Dictionary<string, object?> { ["bookingId"] = booking.Id, ["bookingStatus"] = booking.Status.Name(), ["reason"] = booking.Code });

    static Task<BookingRow?> Find(Guid bookingId, HttpContext http) =>
        http.RequestServices.GetRequiredService<Bookings>().Find(bookingId, http.RequestAborted);

    static CancelAnswer Answer(BookingRow booking) => new(
        booking.Id, booking.Status.Name(), booking.Refund is { } refund ? new Money(refund, booking.Price.Currency) : null, booking.Policy.Name);

    static Actor? RoleIn(BookingRow booking, Caller caller) =>
        caller.UserId == booking.GuestId ? Actor.Guest
        : caller.UserId == booking.HostId ? Actor.Host
        : null;

    static async Task<(BookingRow? Booking, ProblemHttpResult? Problem)> Asked(Guid bookingId, Caller caller, Bookings bookings, CancellationToken ct)
    {
        if (await bookings.Find(bookingId, ct) is not { } booking || !Seeing.MaySee(caller, booking.GuestId, booking.HostId)) return (null, Problems.NotFound("booking"));
        if (caller.UserId != booking.HostId) return (null, Problems.Forbidden("Only the host answers a request."));
        return booking.Status == BookingState.AwaitingHost
            ? (booking, null)
            : (null, TooLate(booking));
    }
}
