using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using NServiceBus.TransactionalSession;
using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Pricing;
using Roost.Web.Asking;
using Roost.Web.Identity;
using Roost.Web.Listing;
using Roost.Web.Quoting;

namespace Roost.Web.Hosting;

/// <summary>What is left out stays as it is.</summary>
public sealed record NightSettingsBody(DateOnly From, DateOnly To, Money? Price = null, int? MinNights = null, bool? Closed = null, string? Reason = null);

/// <summary>What the host says about single nights: price, minimum stay, closed.</summary>
static class NightSettings
{
    const int LongestReason = 200;

    public static async Task<Results<Accepted, ProblemHttpResult>> Set(
        Guid unitId, NightSettingsBody body, Caller caller, Listings listings, Nights nights, ITransactionalSession bus, Outcome outcome, CancellationToken ct)
    {
        if (await listings.OfHostsUnit(unitId, caller, ct) is not { } listing) return Problems.NotFound("unit");
        Refusal[] refusals =
        [
            .. AskedNights.ToChange(body.From, body.To, listing.Times.Today(await nights.Now(ct))),
            .. Wrong(body, listing.Units.Single(unit => unit.Id == unitId), listing.Currency),
        ];
        if (refusals.Length > 0) return Problems.Invalid(refusals);

        var changeId = Guid.CreateVersion7();
        outcome.About = changeId;
        await bus.Send(new SetPrices(changeId, unitId, body.From, body.To, body.Price?.Amount, body.MinNights, body.Closed, body.Reason), ct);
        return TypedResults.Accepted((string?)null);
    }

    public static async Task<IResult?> AreSet(Guid changeId, HttpContext http) =>
        await CalendarChange.Find(changeId, http.RequestServices.GetRequiredService<NpgsqlDataSource>(), http.RequestAborted) switch
        {
            null => null,
            { Refusal: null } => TypedResults.NoContent(),
            var refused => Problems.Conflict("change_refused", "The calendar cannot do that.",
                new Dictionary<string, object?> { ["reason"] = refused.Refusal }),
        };

    static IEnumerable<Refusal> Wrong(NightSettingsBody body, UnitRow unit, string currency)
    {
        if (body is { Price: null, MinNights: null, Closed: null }) yield return new("price", "nothing", "Say a price, minNights or closed.");
        if (body.Price is { } price && ListingChecks.OtherCurrency("price", price, currency) is { } other) yield return other;
        if (body.Price is { } asked && ChargeableAmounts.RefusalOfNight("price", asked) is { } refusal) yield return refusal;
        if (body.MinNights < 1 || body.MinNights > unit.MaxNights) yield return new("minNights", "range", $"1 to {unit.MaxNights}.");
        if (body.Reason?.Length > LongestReason) yield return new("reason", "length", $"At most {LongestReason} characters.");
    }
}

/// <summary>What the calendar made of a host's change.</summary>
sealed record CalendarChange(Guid UnitId, string? Refusal, DateOnly? Night)
{
    public static async Task<CalendarChange?> Find(Guid changeId, NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select unit_id, reason, night from calendar.change_view where change_id = @id");
        command.Parameters.AddWithValue("id", changeId);
        await using var rows = await command.ExecuteReaderAsync(ct);
        return await rows.ReadAsync(ct)
            ? new(rows.GetGuid(0), rows.IsDBNull(1) ? null : rows.GetString(1), rows.IsDBNull(2) ? null : rows.GetFieldValue<DateOnly>(2))
            : null;
    }
}
