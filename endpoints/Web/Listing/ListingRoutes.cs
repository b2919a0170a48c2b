using Roost.Web.Asking;

namespace Roost.Web.Listing;

public static class ListingRoutes
{
    public static WebApplicationBuilder AddListings(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Listings>().AddScoped<ListingWrites>();
        return builder;
    }

    public static void MapListings(this RouteGroupBuilder api)
    {
        api.MapPost("/listings", ListingChanges.Create).LimitedBy(Limit.NewListing).Once();
        api.MapGet("/listings/{listingId:guid}", ReadingListings.One).AllowAnonymous();
        api.MapPut("/listings/{listingId:guid}", ListingChanges.Update).Once();
        api.MapDelete("/listings/{listingId:guid}", ListingChanges.Delete).Once();
        api.MapPost("/listings/{listingId:guid}/activate", ListingChanges.Activate).Once();
        api.MapPost("/listings/{listingId:guid}/deactivate", ListingChanges.Deactivate).Once();
        api.MapPost("/listings/{listingId:guid}/units", UnitChanges.Add).Once();
        api.MapGet("/hosts/me/listings", ReadingListings.Mine);
    }
}
