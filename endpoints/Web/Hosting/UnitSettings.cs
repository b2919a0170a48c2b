using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using NServiceBus.TransactionalSession;
using Roost.Contracts;
using Roost.Domain;
using Roost.Web.Asking;
using Roost.Web.Identity;
using Roost.Web.Listing;

namespace Roost.Web.Hosting;

/// <summary>A unit's own page: name, size, prices, and how many there are.</summary>
static class UnitSettings
{
    public const string CapacityBelowSold = "capacity_below_sold";

    public static async Task<Results<NoContent, Accepted, ProblemHttpResult>> Update(
        Guid unitId, UnitBody body, Caller caller, Listings listings, ListingWrites writes, NpgsqlDataSource database, ITransactionalSession bus,
        Outcome outcome, CancellationToken ct)
    {
        if (await listings.OfHostsUnit(unitId, caller, ct) is not { } found) return Problems.NotFound("unit");
        Refusal[] refusals = [.. body.Refusals("", found.Kind, found.Currency), .. Wrong(body, found.Units.Single(each => each.Id == unitId), found.Kind)];
        if (refusals.Length > 0) return Problems.Invalid(refusals);
        if (await listings.Locked(found.Id, writes, ct) is not { } listing) return Problems.NotFound("unit");

        var unit = listing.Units.Single(each => each.Id == unitId);
        var isResized = body.Capacity != unit.Capacity;
        // Nearly always this sees it before anything is touched; a booking of the same moment is seen by the calendar.
        if (isResized && await MostTaken(unitId, database, ct) is var taken && taken > body.Capacity) return BelowSold(taken);

        await writes.Update(listing.Id, unitId, body, ct);
        var isDraft = listing.Status == "draft"; // then the calendar learns of it with the activation
        var changeId = Guid.CreateVersion7();
        if (isResized) await writes.SetCapacity(unitId, body.Capacity, isDraft ? null : changeId, ct);
        if (isDraft) return TypedResults.NoContent();

        var version = await writes.SetStatus(listing.Id, listing.Status, ct);
        var changed = unit with { Capacity = body.Capacity, MinNights = body.MinNights, MaxNights = body.MaxNights };
        await bus.Send((listing with { Version = version }).Definition(changed), ct);
        if (!isResized) return TypedResults.NoContent();

        // A definition that does not fit is ignored; this one says whether it fits.
        outcome.About = changeId;
        await bus.Send(new ChangeCapacity(changeId, unitId, body.Capacity), ct);
        return TypedResults.Accepted((string?)null);
    }

    public static async Task<IResult?> IsResized(Guid changeId, HttpContext http)
    {
        var database = http.RequestServices.GetRequiredService<NpgsqlDataSource>();
        if (await CalendarChange.Find(changeId, database, http.RequestAborted) is not { } change) return null;
        if (change.Refusal is null) return TypedResults.NoContent();

        return BelowSold(await MostTaken(change.UnitId, database, http.RequestAborted));
    }

    static IEnumerable<Refusal> Wrong(UnitBody body, UnitRow unit, ListingKind kind)
    {
        if (kind == ListingKind.Home && body.Capacity != 1) yield return new("capacity", "home_is_one", "A home is one unit with capacity 1.");
        if (body.Date != unit.TicketDate) yield return new("date", "fixed", "Tickets stay on their date: add a unit for another one.");
    }

    static ProblemHttpResult BelowSold(int taken) => Problems.Conflict(CapacityBelowSold, $"{taken} are taken on one night ahead.",
        new Dictionary<string, object?> { ["mostTaken"] = taken });

    static async Task<int> MostTaken(Guid unitId, NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select coalesce(max(n.taken), 0)::int from calendar.night_view n join calendar.unit_view u using (unit_id)
            where unit_id = @unit_id and n.night >= u.today
            """);
        command.Parameters.AddWithValue("unit_id", unitId);
        return (int)(await command.ExecuteScalarAsync(ct))!;
    }
}
