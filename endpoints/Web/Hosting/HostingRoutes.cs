using Roost.Web.Asking;
using Roost.Web.Listing;
using Roost.Web.Watching;

namespace Roost.Web.Hosting;

public static class HostingRoutes
{
    public static void MapHosting(this RouteGroupBuilder api)
    {
        api.MapGet("/units/{unitId:guid}/calendar", CalendarPages.OfUnit).AllowAnonymous()
            .WithSummary("The nights of a unit as they can be sold now").Refuses(422, [.. Describing.OfNights, "range_too_long", "too_far"]);
        api.MapGet("/listings/{listingId:guid}/availability", CalendarPages.OfMonth).AllowAnonymous()
            .WithSummary("A month of all units of a listing").Refuses(422, "too_far");
        api.MapPut("/units/{unitId:guid}", UnitSettings.Update).AnswersWith(UnitSettings.IsResized).Once()
            .WithSummary("Replace what is said of a unit, and how many there are").Refuses(409, UnitSettings.CapacityBelowSold).Refuses(422, [.. ListingChecks.OfUnit, "fixed"]);
        api.MapPut("/units/{unitId:guid}/prices", NightSettings.Set).AnswersWith(NightSettings.AreSet).Once().Produces(204)
            .WithSummary("Prices, minimum stays and closing, night by night")
            .Refuses(409, "change_refused").Refuses(422, [.. Describing.OfNights, .. Describing.OfPrices, "nothing", "range", "length"]);
        api.MapPost("/units/{unitId:guid}/blocks", Blocks.Add).AnswersWith(Blocks.Added).Once().Produces<BlockAnswer>(201)
            .WithSummary("Keep nights for oneself")
            .Refuses(409, "nights_taken", "block_refused").Refuses(422, [.. Describing.OfNights, "not_positive", "above_capacity", "length"]);
        api.MapDelete("/blocks/{blockId:guid}", Blocks.Lift).AnswersWith(Blocks.Lifted).Once().WithSummary("Put blocked nights back on sale");
    }
}
