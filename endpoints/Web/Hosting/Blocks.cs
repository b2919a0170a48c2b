using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using NServiceBus.TransactionalSession;
using Roost.Contracts;
using Roost.Domain;
using Roost.Web.Asking;
using Roost.Web.Identity;
using Roost.Web.Listing;
using Roost.Web.Quoting;

namespace Roost.Web.Hosting;

public sealed record BlockBody(DateOnly From, DateOnly To, int Quantity = 1, string? Note = null);

sealed record BlockAnswer(Guid BlockId);

/// <summary>Nights that a host keeps for himself. The calendar decides; whoever holds or has booked them stays (P-21).</summary>
static class Blocks
{
    const int LongestNote = 500;

    public static async Task<Results<Accepted<BlockAnswer>, ProblemHttpResult>> Add(
        Guid unitId, BlockBody body, Caller caller, Listings listings, Nights nights, ITransactionalSession bus, Outcome outcome, CancellationToken ct)
    {
        if (await listings.OfHostsUnit(unitId, caller, ct) is not { } listing) return Problems.NotFound("unit");
        Refusal[] refusals =
        [
            .. AskedNights.ToChange(body.From, body.To, listing.Times.Today(await nights.Now(ct))),
            .. Wrong(body, listing.Units.Single(unit => unit.Id == unitId)),
        ];
        if (refusals.Length > 0) return Problems.Invalid(refusals);

        var blockId = Guid.CreateVersion7();
        outcome.About = blockId;
        await bus.Send(new BlockNights(blockId, unitId, body.From, body.To, body.Quantity, body.Note), ct);
        return TypedResults.Accepted($"/api/v1/blocks/{blockId}", new BlockAnswer(blockId));
    }

    public static async Task<IResult?> Added(Guid blockId, HttpContext http)
    {
        if (await Find(blockId, http.RequestServices.GetRequiredService<NpgsqlDataSource>(), http.RequestAborted) is not { } block) return null;

        return block switch
        {
            { Status: "blocked" } => TypedResults.Created($"/api/v1/blocks/{blockId}", new BlockAnswer(blockId)),
            { Reason: "nights_taken" } => Problems.Conflict("nights_taken", $"Somebody has the night of {block.FirstTakenNight:O}.",
                new Dictionary<string, object?> { ["firstTakenNight"] = block.FirstTakenNight, ["conflicts"] = block.Conflicts }),
            _ => Problems.Conflict("block_refused", "The calendar cannot block these nights.", new Dictionary<string, object?> { ["reason"] = block.Reason }),
        };
    }

    public static async Task<Results<Accepted, NoContent, ProblemHttpResult>> Lift(
        Guid blockId, Caller caller, Listings listings, NpgsqlDataSource database, ITransactionalSession bus, Outcome outcome, CancellationToken ct)
    {
        if (await Find(blockId, database, ct) is not { } block || await listings.OfHostsUnit(block.UnitId, caller, ct) is null)
            return Problems.NotFound("block");
        if (block.Status != "blocked") return TypedResults.NoContent();

        outcome.About = blockId;
        await bus.Send(new UnblockNights(blockId), ct);
        return TypedResults.Accepted((string?)null);
    }

    public static async Task<IResult?> Lifted(Guid blockId, HttpContext http) =>
        await Find(blockId, http.RequestServices.GetRequiredService<NpgsqlDataSource>(), http.RequestAborted) is { Status: "lifted" }
            ? TypedResults.NoContent()
            : null;

    static IEnumerable<Refusal> Wrong(BlockBody body, UnitRow unit)
    {
        if (body.Quantity < 1) yield return new("quantity", "not_positive", "At least one.");
        if (body.Quantity > unit.Capacity) yield return new("quantity", "above_capacity", $"There are {unit.Capacity}.");
        if (body.Note?.Length > LongestNote) yield return new("note", "length", $"At most {LongestNote} characters.");
    }

    static async Task<BlockRow?> Find(Guid blockId, NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select unit_id, status, reason, first_taken_night, conflicts::text from calendar.block_view where block_id = @id");
        command.Parameters.AddWithValue("id", blockId);
        await using var rows = await command.ExecuteReaderAsync(ct);
        if (!await rows.ReadAsync(ct)) return null;
        return new(
            rows.GetGuid(0), rows.GetString(1), rows.IsDBNull(2) ? null : rows.GetString(2), rows.IsDBNull(3) ? null : rows.GetFieldValue<DateOnly>(3),
            rows.IsDBNull(4) ? null : JsonDocument.Parse(rows.GetString(4)).RootElement);
    }

    sealed record BlockRow(Guid UnitId, string Status, string? Reason, DateOnly? FirstTakenNight, JsonElement? Conflicts);
}
