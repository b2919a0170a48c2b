using Roost.Domain.Booking;
using Roost.Web.Asking;
using Roost.Web.Quoting;
using Roost.Web.Watching;

namespace Roost.Web.Booking;

/// <summary>
/// Stands before <c>Once()</c>: the booking is committed, and a client that prefers to wait gets what became of it. That answer then also replaces
/// the first one for whoever repeats the request.
/// </summary>
sealed class WaitingForOutcome(
    Watch watch, Bookings bookings, Alternatives alternatives, Npgsql.NpgsqlDataSource database, TimeProvider clock) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var answer = await next(context);
        var http = context.HttpContext;
        if (answer is not KeptAnswer { Status: StatusCodes.Status202Accepted, IsReplay: false, About: { } bookingId } accepted
            || Patience.Of(http.Request) is not { } patience)
        {
            return answer;
        }

        var booking = await Settled(bookingId, patience, http.RequestAborted);
        if (booking is null) return answer;

        var final = await KeptAnswer.Of(await AnswerFor(booking, http.RequestAborted), http);
        // A secret is for the moment, and a booking that waits for somebody has no outcome yet.
        if (accepted.Key is { } key && (booking.ConfirmedAt is not null || booking.HasEnded))
            await KeptAnswers.Replace(database, key, final, http.RequestAborted);
        return final;
    }

    /// <summary>Confirmed, ended, or waiting for a person; null when it still was under way at the end of the patience.</summary>
    async Task<BookingRow?> Settled(Guid bookingId, TimeSpan patience, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        for (string? seen = null; ;)
        {
            var left = patience - clock.GetElapsedTime(started);
            if (left <= TimeSpan.Zero) return null;
            if (await watch.Next(bookingId, seen, left, ct) is not { } state) return null;
            seen = state;
            if (state.StartsWith("requested/", StringComparison.Ordinal)) continue;
            if (await bookings.Find(bookingId, ct) is { } booking
                && (booking.ConfirmedAt is not null || booking.Status == BookingState.AwaitingHost || booking.HasEnded || booking.NeedsGuestAction)) return booking;
        }
    }

    async Task<IResult> AnswerFor(BookingRow booking, CancellationToken ct)
    {
        var answer = BookingAnswer.Of(booking.Id, booking.Status.Name(), booking.ConfirmationCode);
        if (booking.NeedsGuestAction)
            return TypedResults.Accepted(answer.StatusUrl, answer with { Status = "requires_action", ClientSecret = booking.ClientSecret });

        return booking.Status switch
        {
            _ when booking is { ConfirmedAt: not null, HasEnded: false } => TypedResults.Created(answer.StatusUrl, answer), // may be in the stay by now
            BookingState.AwaitingHost => TypedResults.Accepted(answer.StatusUrl, answer),
            BookingState.PaymentFailed => Problems.Of(StatusCodes.Status402PaymentRequired, "payment_declined", "The payment was declined.",
                more: new Dictionary<string, object?> { ["bookingId"] = booking.Id, ["declineCode"] = booking.Code }),
            BookingState.Unavailable => Unavailable.Because(booking.Code, await alternatives.To(booking.Nights, ct)),
            var other => Problems.Conflict(WaitingForOutcomeExtensions.Code(other),
                booking.ConfirmedAt is null ? "The booking has ended before it was confirmed." : "The booking was confirmed, and has ended since.",
                new Dictionary<string, object?> { ["bookingId"] = booking.Id, ["reason"] = booking.Code }),
        };
    }
}

static class WaitingForOutcomeExtensions
{
    static readonly string[] ended =
        [Unavailable.Code, .. BookingStates.Ended.Where(state => state is not (BookingState.Unavailable or BookingState.PaymentFailed)).Select(Code)];

    /// <summary>To be added before <c>Once()</c>.</summary>
    public static RouteHandlerBuilder AnswersWithTheBooking(this RouteHandlerBuilder route) => route.Waits().AddEndpointFilter<WaitingForOutcome>()
        .Produces<BookingAnswer>(StatusCodes.Status201Created)
        .Refuses(StatusCodes.Status402PaymentRequired, "payment_declined")
        .Refuses(StatusCodes.Status409Conflict, ended);

    internal static string Code(BookingState state) => $"booking_{state.Name()}";
}
