using Microsoft.AspNetCore.Http.HttpResults;
using NServiceBus.TransactionalSession;
using Roost.Domain;
using Roost.Web.Asking;
using Roost.Web.Identity;

namespace Roost.Web.Listing;

static class UnitChanges
{
    public static async Task<Results<Created<CreatedUnit>, Accepted<CreatedUnit>, ProblemHttpResult>> Add(
        Guid listingId, UnitBody body, Caller caller, Listings listings, ListingWrites writes, ITransactionalSession bus, Outcome outcome,
        CancellationToken ct)
    {
        if (await listings.OfHost(listingId, caller, ct) is not { } found) return Problems.NotFound("listing");
        if (found.Kind == ListingKind.Home) return Problems.Conflict("home_is_one", "A home is one unit.");
        Refusal[] refusals = [.. body.Refusals("", found.Kind, found.Currency)];
        if (refusals.Length > 0) return Problems.Invalid(refusals);
        if (await listings.Locked(listingId, writes, ct) is not { } listing) return Problems.NotFound("listing");

        var unitId = Guid.CreateVersion7();
        await writes.Insert(unitId, listingId, body, ct);
        var created = new CreatedUnit(unitId, body.Name);
        if (listing.Status == "draft") return TypedResults.Created($"/api/v1/listings/{listingId}", created);

        var version = await writes.SetStatus(listingId, listing.Status, ct);
        var unit = new UnitRow(
            unitId, body.Name, body.Capacity, body.MaxGuests, body.Bedrooms, body.Beds, body.Bathrooms, body.BasePrice,
            body.CleaningFee ?? Money.Zero(listing.Currency), RulesVersion: 1, body.MinNights, body.MaxNights, body.Date);
        await bus.Send((listing with { Version = version }).Definition(unit), ct);
        outcome.About = unitId;
        return TypedResults.Accepted($"/api/v1/listings/{listingId}", created);
    }
}
