using Roost.Web.Asking;
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

    public static void MapBookings(this RouteGroupBuilder api)
    {
        api.MapPost("/bookings", Placing.Place).LimitedBy(Limit.Booking).AddEndpointFilter<WaitingForOutcome>().Once(keyRequired: true);
        api.MapGet("/bookings", Seeing.Mine);
        api.MapGet("/bookings/{bookingId:guid}", Seeing.One);
        api.MapGet("/bookings/{bookingId:guid}/price", Seeing.Price);
        api.MapGet("/bookings/{bookingId:guid}/events", Seeing.Events);
        api.MapGet("/users/{userId:guid}/bookings", Seeing.OfUser);
        api.MapGet("/hosts/{hostId:guid}/bookings", Seeing.OfHost);
        api.MapGet("/hosts/me/bookings", Seeing.WithMe);
        api.MapPost("/bookings/{bookingId:guid}/cancel", Ending.Cancel).AnswersWith(Ending.Cancelled).Once();
        api.MapPut("/bookings/{bookingId:guid}/cancel", Ending.Cancel).AnswersWith(Ending.Cancelled).Once();
        api.MapPost("/bookings/{bookingId:guid}/accept", Ending.Accept).AnswersWith(Ending.Accepted).Once();
        api.MapPost("/bookings/{bookingId:guid}/decline", Ending.Decline).AnswersWith(Ending.Declined).Once();
        api.MapPost("/bookings/{bookingId:guid}/no-show", Ending.NoShow).Once();
        api.MapPost("/bookings/{bookingId:guid}/changes", Changing.Ask).AnswersWith(Changing.Proposed).Once(keyRequired: true);
        api.MapGet("/changes/{changeId:guid}", Changing.One);
        api.MapPost("/changes/{changeId:guid}/confirm", Changing.Confirm).AnswersWith(Changing.Confirmed).Once();
    }
}
