using Npgsql;
using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Calendar;
using Roost.Domain.Pricing;
using Roost.Web.Listing;

namespace Roost.Web.Quoting;

/// <summary>What a stay costs and whether it can be had. Quote, listing page and change all ask here, so that they show the same total.</summary>
/// <param name="Free">How many units are free on the fullest night.</param>
/// <param name="Refusals">What is wrong with the request itself; then there is no price.</param>
/// <param name="IsClosed">The host does not sell one of its nights.</param>
public sealed record PricedStay(int Free, IReadOnlyList<Refusal> Refusals, PriceBreakdown? Price, bool IsClosed = false)
{
    public bool IsAvailable(int quantity) => Price is not null && Free >= quantity;
}

public sealed class StayPrices(Nights nights, NpgsqlDataSource database)
{
    static readonly ServiceFeeRule serviceFee = new(Version: 1);

    /// <param name="own">Nights that whoever asks has already, by a booking or an offer: for them these are free, and their days were agreed.</param>
    /// <param name="held">Nights that are kept for him beyond those, and free for him too.</param>
    public async Task<PricedStay> Of(
        ListingRow listing, UnitRow unit, AskedStay asked, CancellationToken ct, NightsLine? own = null, NightsLine? held = null)
    {
        var today = listing.Times.Today(await nights.Now(ct));
        var limits = unit.Limits;
        var refusals = Refusals(limits, asked, today, own);
        if (refusals.Count > 0) return new(0, refusals, null);

        var stay = new Stay(asked.CheckIn, asked.CheckOut);
        var (_, onOffer) = await nights.Of(unit.Id, stay.CheckIn, stay.CheckOut, ct);
        refusals = onOffer.Count == 0 ? [] : Refusals(limits.ArrivingOn(onOffer[0].MinNights), asked, today, own);
        if (refusals.Count > 0) return new(0, refusals, null);

        var overrides = onOffer.Where(night => night.Price is not null)
            .ToDictionary(night => night.Date, night => new PriceOverride(new Money(night.Price!.Value, listing.Currency)));
        var price = Prices.Of(stay, [new PricedUnit(unit.Id, asked.Quantity, unit.Rules, overrides)], serviceFee, await Taxes(listing.Address.Country, ct));
        return new(
            onOffer.Count == stay.Count ? onOffer.Min(night => night.Available + Math.Max(Own(night.Date, own), Own(night.Date, held))) : 0, [], price, onOffer.Any(night => night.Closed));
    }

    static IReadOnlyList<Refusal> Refusals(BookingLimits limits, AskedStay asked, DateOnly today, NightsLine? own)
    {
        var (arrivesAsAgreed, leavesAsAgreed) = (own?.CheckIn == asked.CheckIn, own?.CheckIn == asked.CheckIn && own.CheckOut == asked.CheckOut);
        return [.. limits.Refusals(asked, today).Where(refusal => !(arrivesAsAgreed && refusal.Field == "checkIn") && !(leavesAsAgreed && refusal.Field == "checkOut"))];
    }

    static int Own(DateOnly night, NightsLine? own) => own is not null && own.CheckIn <= night && night < own.CheckOut ? own.Quantity : 0;

    async Task<IReadOnlyList<TaxRule>> Taxes(string country, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select version, jurisdiction, basis_points, taxed_parts from web.tax_rules where country = @country order by version desc limit 1");
        command.Parameters.AddWithValue("country", country);
        await using var rows = await command.ExecuteReaderAsync(ct);
        return await rows.ReadAsync(ct)
            ? [new TaxRule(rows.GetInt32(0), rows.GetString(1), rows.GetInt32(2), (TaxedParts)rows.GetInt32(3))]
            : [];
    }
}
