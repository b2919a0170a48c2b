using Microsoft.AspNetCore.Http.HttpResults;
using NServiceBus.TransactionalSession;
using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Booking;
using Roost.Web.Asking;
using Roost.Web.Identity;
using Roost.Web.Watching;

namespace Roost.Web.Booking;

public sealed record ReasonBody(string? Reason = null);

public sealed record CancelAnswer(Guid BookingId, string Status, Money? Refund, string Policy);

/// <summary>Cancelling, and the host's answer to a request.</summary>
static class Ending
{
    static readonly TimeSpan usually = TimeSpan.FromSeconds(2);
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
        return TypedResults.Accepted($"/api/v1/bookings/{bookingId}", BookingAnswer.Of(bookingId, booking.Status.Name(), booking.ConfirmationCode));
    }

    public static async Task<Results<Accepted<BookingAnswer>, ProblemHttpResult>> Decline(
        Guid bookingId, Caller caller, Bookings bookings, ITransactionalSession bus, Outcome outcome, CancellationToken ct,
        ReasonBody? body = null)
    {
        var (booking, problem) = await Asked(bookingId, caller, bookings, ct);
        if (booking is null) return problem!;

        outcome.About = bookingId;
        await bus.Send(new DeclineBooking(bookingId, caller.UserId, body?.Reason), ct);
        return TypedResults.Accepted($"/api/v1/bookings/{bookingId}", BookingAnswer.Of(bookingId, booking.Status.Name(), booking.ConfirmationCode));
    }

    public static async Task<Results<Accepted, ProblemHttpResult>> NoShow(
        Guid bookingId, Caller caller, Bookings bookings, ITransactionalSession bus, CancellationToken ct)
    {
        if (await bookings.Find(bookingId, ct) is not { } booking || caller.UserId != booking.HostId) return Problems.NotFound("booking");
        if (booking.Status != BookingState.InStay) return Problems.Conflict("not_in_stay", "Only between check-in and check-out can a guest be reported as not come.");

        await bus.Send(new RecordNoShow(bookingId, caller.UserId), ct);
        return TypedResults.Accepted($"/api/v1/bookings/{bookingId}");
    }

    /// <summary>Stands before Once(): waits a moment for what came of it, so that most clients see the end at once.</summary>
    public static async ValueTask<object?> WaitForTheEnd(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var answer = await next(context);
        if (answer is not KeptAnswer { Status: StatusCodes.Status202Accepted, About: { } bookingId }) return answer;

        var http = context.HttpContext;
        var services = http.RequestServices;
        var (watch, bookings, clock) = (services.GetRequiredService<Watch>(), services.GetRequiredService<Bookings>(), services.GetRequiredService<TimeProvider>());
        var started = clock.GetTimestamp();
        var patience = Patience.Of(http.Request) ?? usually;
        var isCancel = http.Request.Path.Value!.EndsWith("/cancel", StringComparison.Ordinal);
        for (string? seen = null; ;)
        {
            var left = patience - clock.GetElapsedTime(started);
            seen = left > TimeSpan.Zero ? await watch.Next(bookingId, seen, left, http.RequestAborted) : null;
            var booking = await bookings.Find(bookingId, http.RequestAborted);
            var isOver = booking is null || booking.HasEnded || (!isCancel && booking.Status == BookingState.Confirmed);
            if (!isOver && seen is not null) continue;
            if (booking is null) return answer;
            IResult final = isCancel
                ? TypedResults.Accepted($"/api/v1/bookings/{bookingId}", Answer(booking))
                : TypedResults.Accepted($"/api/v1/bookings/{bookingId}", BookingAnswer.Of(bookingId, booking.Status.Name(), booking.ConfirmationCode));
            return final;
        }
    }

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
            : (null, Problems.Conflict("not_awaiting_host", $"The booking is {booking.Status.Name()}; there is nothing to answer."));
    }
}
