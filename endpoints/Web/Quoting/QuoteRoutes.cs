using Microsoft.AspNetCore.Http.HttpResults;
using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Calendar;
using Roost.Domain.Cancelling;
using Roost.Domain.Pricing;
using Roost.Domain.Quoting;
using Roost.Web.Asking;
using Roost.Web.Identity;
using Roost.Web.Listing;

namespace Roost.Web.Quoting;

public sealed record GuestsBody(int Adults, int Children = 0, int Infants = 0);

public sealed record QuoteBody(Guid UnitId, DateOnly CheckIn, DateOnly CheckOut, GuestsBody Guests, int Quantity = 1, string? Currency = null);

public static class QuoteRoutes
{
    public static WebApplicationBuilder AddQuotes(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Nights>().AddSingleton<StayPrices>().AddSingleton<Alternatives>();
        builder.Services.AddScoped<QuoteStore>().AddScoped<QuoteMaker>();
        return builder;
    }

    public static void MapQuotes(this RouteGroupBuilder api) => api.MapPost("/quotes", Quote).Once()
        .WithSummary("What a stay costs, promised for 15 minutes").Refuses(409, "nights_unavailable").Refuses(422, OfQuotes);

    /// <summary>Wherever a quote is made.</summary>
    internal static readonly string[] OfQuotes = [.. Describing.OfStays, "unknown_unit", "other_currency"];

    static async Task<Results<Created<QuoteAnswer>, ProblemHttpResult>> Quote(QuoteBody body, Caller caller, QuoteMaker maker, CancellationToken ct)
    {
        var (quote, problem) = await maker.Make(body, caller.UserId, ct);
        return quote is null ? problem! : TypedResults.Created($"/api/v1/quotes/{quote.QuoteId}", QuoteAnswer.Of(quote));
    }
}

/// <summary>Makes quotes: for the route, and a fresh one for whoever comes with one that has expired.</summary>
public sealed class QuoteMaker(Listings listings, StayPrices prices, Alternatives alternatives, Nights nights, QuoteStore store)
{
    /// <param name="own">Nights that are offered to this guest and therefore to nobody else.</param>
    public async Task<(Quote? Quote, ProblemHttpResult? Problem)> Make(QuoteBody body, Guid guestId, CancellationToken ct, NightsLine? own = null)
    {
        if (await listings.OfUnit(body.UnitId, ct) is not { IsActive: true } listing)
            return (null, Problems.Invalid("unitId", "There is no such unit on sale.", "unknown_unit"));
        if (body.Currency is not null && body.Currency != listing.Currency)
            return (null, Problems.Invalid("currency", $"This listing is sold in {listing.Currency}.", "other_currency"));

        var unit = listing.Units.Single(each => each.Id == body.UnitId);
        var stay = await prices.Of(
            listing, unit, new AskedStay(body.CheckIn, body.CheckOut, body.Guests.Adults, body.Guests.Children, body.Guests.Infants, body.Quantity), ct, own);
        if (stay.Refusals.Count > 0) return (null, Problems.Invalid(stay.Refusals));
        if (!stay.IsAvailable(body.Quantity))
        {
            if (!await nights.AreSold(unit.Id, ct)) throw new TimeoutException($"The calendar has not heard yet that unit {unit.Id} is on sale.");
            return (null, Unavailable.Stay(stay, await alternatives.To(listing, unit, new Stay(body.CheckIn, body.CheckOut), body.Quantity, ct)));
        }

        var quote = new Quote(
            Guid.CreateVersion7(), guestId, listing.Id, new GuestCount(body.Guests.Adults, body.Guests.Children, body.Guests.Infants), stay.Price!,
            CancellationPolicies.Named(listing.CancellationPolicy)!, await nights.Now(ct) + Quotes.Lifetime);
        await store.Insert(quote, ct);
        return (quote, null);
    }
}

public sealed record QuoteAnswer(
    Guid QuoteId, DateTimeOffset ExpiresAt, IReadOnlyList<NightPrice> Nights, Money Accommodation, Money CleaningFee, Money ServiceFee,
    IReadOnlyList<TaxLine> Taxes, Money Total, CancellationPolicy CancellationPolicy)
{
    public static QuoteAnswer Of(Quote quote) => new(
        quote.QuoteId, quote.ExpiresAt, quote.Price.Units[0].Nights, quote.Price.Accommodation, quote.Price.CleaningFee, quote.Price.ServiceFee.Amount,
        quote.Price.Taxes, quote.Price.Total, quote.Policy);
}
