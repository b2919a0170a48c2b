using Roost.Web.Asking;
using Roost.Web.Watching;

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
        api.MapPost("/listings", ListingChanges.Create).LimitedBy(Limit.NewListing).Once()
            .WithSummary("List a home, a hotel or an event, as a draft").Refuses(422, ListingChecks.OfListing);
        api.MapGet("/listings/{listingId:guid}", ReadingListings.One).AllowAnonymous()
            .WithSummary("A listing; with dates also what is free of it and at what price").Refuses(422, Describing.OfNights);
        api.MapPut("/listings/{listingId:guid}", ListingChanges.Update).Once()
            .WithSummary("Replace what is said of a listing").Refuses(422, ListingChecks.OfListing);
        api.MapDelete("/listings/{listingId:guid}", ListingChanges.Delete).Once()
            .WithSummary("Take a listing away for good").Refuses(409, "has_bookings", "under_review");
        api.MapPost("/listings/{listingId:guid}/activate", ListingChanges.Activate).AnswersWith(TakingEffect.OfListing).Once().Produces(204)
            .WithSummary("Put a listing on sale").Refuses(409, "under_review");
        api.MapPost("/listings/{listingId:guid}/deactivate", ListingChanges.Deactivate).AnswersWith(TakingEffect.OfListing).Once().Produces(204)
            .WithSummary("Take a listing off sale; stays that are booked remain").Refuses(409, "under_review");
        api.MapPost("/listings/{listingId:guid}/units", UnitChanges.Add).AnswersWith(TakingEffect.OfUnit).Once()
            .WithSummary("Add a room type or tickets").Refuses(409, "home_is_one").Refuses(422, ListingChecks.OfUnit);
        api.MapGet("/hosts/me/listings", ReadingListings.Mine).WithSummary("My listings");
    }
}
