using Roost.Web.Asking;
using Roost.Web.Booking;
using Roost.Web.Quoting;
using Roost.Web.Watching;

namespace Roost.Web.Waiting;

public static class WaitingRoutes
{
    public static WebApplicationBuilder AddWaiting(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<EntryRows>();
        return builder;
    }

    public static void MapWaiting(this RouteGroupBuilder api)
    {
        api.MapPost("/waitlist", Waitlisting.Join).AnswersWith(Waitlisting.Joined).Once().Produces<EntryAnswer>(201)
            .WithSummary("Wait for nights that somebody else has")
            .Refuses(409, "nights_available", "already_waiting").Refuses(422, [.. Describing.OfStays, "unknown_unit", "payment_method"]);
        api.MapGet("/waitlist/{entryId:guid}", Waitlisting.One).WithSummary("One's place in the line, why not yet, and the offer");
        api.MapDelete("/waitlist/{entryId:guid}", Waitlisting.Leave).Once().WithSummary("Wait no longer");
        api.MapPost("/waitlist/{entryId:guid}/accept", Waitlisting.Accept).AnswersWithTheBooking().Once()
            .WithSummary("Book what is offered").Refuses(409, "no_offer", "listing_not_active").Refuses(422, [.. QuoteRoutes.OfQuotes, "payment_method"]);
    }
}
