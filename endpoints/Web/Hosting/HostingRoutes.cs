using Roost.Web.Asking;
using Roost.Web.Watching;

namespace Roost.Web.Hosting;

public static class HostingRoutes
{
    public static void MapHosting(this RouteGroupBuilder api)
    {
        api.MapGet("/units/{unitId:guid}/calendar", CalendarPages.OfUnit).AllowAnonymous();
        api.MapGet("/listings/{listingId:guid}/availability", CalendarPages.OfMonth).AllowAnonymous();
        api.MapPut("/units/{unitId:guid}", UnitSettings.Update).AnswersWith(UnitSettings.IsResized).Once();
        api.MapPut("/units/{unitId:guid}/prices", NightSettings.Set).AnswersWith(NightSettings.AreSet).Once();
        api.MapPost("/units/{unitId:guid}/blocks", Blocks.Add).AnswersWith(Blocks.Added).Once();
        api.MapDelete("/blocks/{blockId:guid}", Blocks.Lift).AnswersWith(Blocks.Lifted).Once();
    }
}
