using Roost.Web.Asking;
using Roost.Web.Quoting;
using Roost.Web.Watching;

namespace Roost.Web.Booking;

public static class BookingRoutes
{
    public static WebApplicationBuilder AddBookings(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Bookings>().AddScoped<BookingWrites>().AddScoped<ChangeRows>();
        builder.Services.AddSingleton<Watch>().AddHostedService(services => services.GetRequiredService<Watch>());
        return builder;
    }

    /// <summary>Accepted, and not seen by its owner yet.</summary>
    internal const string InProgress = "booking_in_progress";

    public static void MapBookings(this RouteGroupBuilder api)
    {
        api.MapPost("/bookings", Placing.Place).LimitedBy(Limit.Booking).AnswersWithTheBooking().Once(keyRequired: true)
            .WithSummary("Book what was quoted").Refuses(409, "quote_expired", "quote_used", "listing_not_active")
            .Refuses(422, [.. QuoteRoutes.OfQuotes, "unknown_quote", "quote_invalid", "payment_method"]);
        api.MapGet("/bookings", Seeing.Mine).WithSummary("My bookings as a guest, the newest first");
        api.MapGet("/bookings/{bookingId:guid}", Seeing.One).WithSummary("A booking, for its guest, its host and staff");
        api.MapGet("/bookings/{bookingId:guid}/price", Seeing.Price).WithSummary("Each line of the price, explained");
        api.MapGet("/bookings/{bookingId:guid}/events", Seeing.Events).WithSummary("Each step of a booking as it happens, as server-sent events")
            .Takes("Last-Event-ID", "The id of the last step that was seen: the next ones follow.");
        api.MapGet("/users/{userId:guid}/bookings", Seeing.OfUser).WithSummary("Somebody's bookings as a guest, for that guest and staff");
        api.MapGet("/hosts/{hostId:guid}/bookings", Seeing.OfHost).WithSummary("Bookings with a host, for that host and staff");
        api.MapGet("/hosts/me/bookings", Seeing.WithMe).WithSummary("Bookings with me as the host");

        RouteHandlerBuilder[] cancelling =
        [
            api.MapPost("/bookings/{bookingId:guid}/cancel", Ending.Cancel).AnswersWith(Ending.Cancelled).Once(),
            api.MapPut("/bookings/{bookingId:guid}/cancel", Ending.Cancel).AnswersWith(Ending.Cancelled).Once(),
        ];
        foreach (var route in cancelling)
            route.WithSummary("Cancel a booking, as its guest or its host").Refuses(409, "not_cancellable").Refuses(503, InProgress);
        api.MapPost("/bookings/{bookingId:guid}/accept", Ending.Accept).AnswersWith(Ending.Accepted).Once()
            .WithSummary("The host says yes to a request").Refuses(403, "forbidden").Refuses(409, "not_awaiting_host");
        api.MapPost("/bookings/{bookingId:guid}/decline", Ending.Decline).AnswersWith(Ending.Declined).Once()
            .WithSummary("The host says no to a request").Refuses(403, "forbidden").Refuses(409, "not_awaiting_host");
        api.MapPost("/bookings/{bookingId:guid}/no-show", Ending.NoShow).Once()
            .WithSummary("The host says that nobody came").Refuses(409, "not_in_stay");

        api.MapPost("/bookings/{bookingId:guid}/changes", Changing.Ask).LimitedBy(Limit.Booking).AnswersWith(Changing.Proposed).Once(keyRequired: true).Produces<ChangeAnswer>(201)
            .WithSummary("Ask for other dates, guests or quantity, and what they cost; in place of what was asked before and is not confirmed")
            .Refuses(403, "forbidden").Refuses(409, "not_changeable", "listing_not_active", "nights_unavailable", "change_refused")
            .Refuses(422, [.. Describing.OfStays, "stay_has_begun", "nothing_changes"]).Refuses(503, InProgress);
        api.MapGet("/changes/{changeId:guid}", Changing.One).WithSummary("What became of a change");
        api.MapPost("/changes/{changeId:guid}/confirm", Changing.Confirm).AnswersWith(Changing.Confirmed).Once()
            .WithSummary("Take the new nights, and pay the difference")
            .Refuses(402, "payment_declined").Refuses(409, "change_not_proposed", "change_expired", "change_refused").Refuses(422, "payment_method");
    }
}
