using Npgsql;
using Roost.Contracts;
using Roost.Domain;
using Roost.Web.Listing;

namespace Roost.Web.Quoting;

public sealed record Alternative(Guid ListingId, Guid UnitId, string Title, DateOnly CheckIn, DateOnly CheckOut);

/// <summary>What else is free: the same unit a few days earlier or later, and other places of the kind in the same city on the same days.</summary>
public sealed class Alternatives(Nights nights, Listings listings, NpgsqlDataSource database)
{
    const int DaysAround = 7;
    const int Most = 6;

    /// <summary>For nights that somebody has wanted before.</summary>
    public async Task<IReadOnlyList<Alternative>> To(NightsLine wanted, CancellationToken ct) =>
        await listings.OfUnit(wanted.UnitId, ct) is { } listing
            ? await To(listing, listing.Units.Single(unit => unit.Id == wanted.UnitId), new Stay(wanted.CheckIn, wanted.CheckOut), wanted.Quantity, ct)
            : [];

    public async Task<IReadOnlyList<Alternative>> To(ListingRow listing, UnitRow unit, Stay stay, int quantity, CancellationToken ct)
    {
        var others = await OtherPlaces(listing, unit.Id, stay, quantity, ct);
        return [.. await OtherDays(listing, unit, stay, quantity, ct), .. others];
    }

    async Task<IEnumerable<Alternative>> OtherDays(ListingRow listing, UnitRow unit, Stay stay, int quantity, CancellationToken ct)
    {
        var (_, around) = await nights.Of(unit.Id, stay.CheckIn.AddDays(-DaysAround), stay.CheckOut.AddDays(DaysAround), ct);
        var free = around.Where(night => night.Available >= quantity).Select(night => night.Date).ToHashSet();
        return Enumerable.Range(1, DaysAround).SelectMany(days => new[] { days, -days })
            .Select(days => new Stay(stay.CheckIn.AddDays(days), stay.CheckOut.AddDays(days)))
            .Where(moved => moved.Nights().All(free.Contains))
            .Take(Most / 2)
            .Select(moved => new Alternative(listing.Id, unit.Id, listing.Title, moved.CheckIn, moved.CheckOut));
    }

    async Task<IReadOnlyList<Alternative>> OtherPlaces(ListingRow listing, Guid unitId, Stay stay, int quantity, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select l.id, u.id, l.title
            from web.listings l join web.units u on u.listing_id = l.id
            where l.city = @city and l.kind = @kind and l.status = 'active' and u.id <> @unit_id and u.min_nights <= @nights
              and calendar.free_for(u.id, @check_in, @check_out) >= @quantity
            limit @most
            """);
        command.Parameters.AddWithValue("city", listing.Address.City);
        command.Parameters.AddWithValue("kind", listing.Kind.ToString().ToLowerInvariant());
        command.Parameters.AddWithValue("unit_id", unitId);
        command.Parameters.AddWithValue("nights", stay.Count);
        command.Parameters.AddWithValue("check_in", stay.CheckIn);
        command.Parameters.AddWithValue("check_out", stay.CheckOut);
        command.Parameters.AddWithValue("quantity", quantity);
        command.Parameters.AddWithValue("most", Most / 2);
        await using var rows = await command.ExecuteReaderAsync(ct);
        var found = new List<Alternative>();
        while (await rows.ReadAsync(ct)) found.Add(new(rows.GetGuid(0), rows.GetGuid(1), rows.GetString(2), stay.CheckIn, stay.CheckOut));
        return found;
    }
}
