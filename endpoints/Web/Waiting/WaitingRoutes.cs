using Roost.Web.Asking;
using Roost.Web.Booking;
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
        api.MapPost("/waitlist", Waitlisting.Join).AnswersWith(Waitlisting.Joined).Once();
        api.MapGet("/waitlist/{entryId:guid}", Waitlisting.One);
        api.MapDelete("/waitlist/{entryId:guid}", Waitlisting.Leave).Once();
        api.MapPost("/waitlist/{entryId:guid}/accept", Waitlisting.Accept).AddEndpointFilter<WaitingForOutcome>().Once();
    }
}
