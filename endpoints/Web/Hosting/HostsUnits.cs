using Roost.Web.Identity;
using Roost.Web.Listing;

namespace Roost.Web.Hosting;

static class HostsUnits
{
    /// <summary>The listing of a unit, for its own host: being the host of another one says nothing (P-111).</summary>
    public static async Task<ListingRow?> OfHostsUnit(this Listings listings, Guid unitId, Caller caller, CancellationToken ct) =>
        await listings.OfUnit(unitId, ct) is { } listing && (listing.HostId == caller.UserId || caller.IsAdmin) ? listing : null;
}
