using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Roost.Domain;
using Roost.Domain.Pricing;
using Roost.Web.Asking;
using Roost.Web.Identity;
using Roost.Web.Listing;
using Roost.Web.Quoting;

namespace Roost.Web.Hosting;

sealed record NightCell(DateOnly Date, int Available, Money Price, int MinNights, bool Closed);

sealed record UnitCalendar(DateTimeOffset AsOf, IReadOnlyList<NightCell> Nights);

sealed record UnitAvailability(Guid UnitId, string Name, IReadOnlyList<NightCell> Nights);

sealed record MonthPage(DateTimeOffset AsOf, string Month, IReadOnlyList<UnitAvailability> Units);

/// <summary>The nights of a unit as they can be sold at this moment, read from the calendar at every call.</summary>
static class CalendarPages
{
    const int UsualDays = 31;

    public static async Task<Results<Ok<UnitCalendar>, ProblemHttpResult>> OfUnit(
        Guid unitId, Caller? caller, Listings listings, Nights nights, CancellationToken ct, DateOnly? from = null, DateOnly? to = null)
    {
        if (await listings.OfUnit(unitId, ct) is not { } listing || !MaySee(listing, caller)) return Problems.NotFound("unit");

        var now = await nights.Now(ct);
        var today = listing.Times.Today(now);
        var first = from ?? today;
        var until = to ?? (first < DateOnly.MaxValue.AddDays(-UsualDays) ? first.AddDays(UsualDays) : first);
        if (AskedNights.ToSee(first, until, today) is { Count: > 0 } refusals) return Problems.Invalid(refusals);

        var (asOf, onOffer) = await nights.Of(unitId, first, until, ct);
        return TypedResults.Ok(new UnitCalendar(onOffer.Count > 0 ? asOf : now, Cells(listing.Units.Single(unit => unit.Id == unitId), onOffer)));
    }

    public static async Task<Results<Ok<MonthPage>, ProblemHttpResult>> OfMonth(
        Guid listingId, string month, Caller? caller, Listings listings, Nights nights, CancellationToken ct)
    {
        if (await listings.Find(listingId, ct) is not { } listing || !MaySee(listing, caller)) return Problems.NotFound("listing");
        if (!DateOnly.TryParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first))
            return Problems.Invalid("month", "A month such as 2027-07.");

        var asOf = await nights.Now(ct);
        if (Math.Abs(first.DayNumber - listing.Times.Today(asOf).DayNumber) > AskedNights.Most)
            return Problems.Invalid("month", $"At most {AskedNights.Most} days from today.", "too_far");

        var units = new List<UnitAvailability>();
        foreach (var unit in listing.Units)
        {
            var (_, onOffer) = await nights.Of(unit.Id, first, first.AddMonths(1), ct);
            units.Add(new(unit.Id, unit.Name, Cells(unit, onOffer)));
        }
        return TypedResults.Ok(new MonthPage(asOf, month, units));
    }

    static bool MaySee(ListingRow listing, Caller? caller) =>
        listing.IsActive || (caller is not null && (caller.UserId == listing.HostId || caller.IsStaff));

    static IReadOnlyList<NightCell> Cells(UnitRow unit, IReadOnlyList<NightOnOffer> onOffer) => [.. onOffer.Select(night => new NightCell(
        night.Date, night.Available,
        NightPrices.Of(night.Date, unit.Rules, night.Price is { } price ? new PriceOverride(new Money(price, unit.BasePrice.Currency)) : null).Price,
        night.MinNights, night.Closed))];
}
