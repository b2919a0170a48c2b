using Npgsql;
using Roost.Domain;
using Roost.Domain.Time;

namespace Roost.Web.Listing;

/// <summary>Reads listings; nothing is cached, so that a change is seen at once.</summary>
public sealed class Listings(NpgsqlDataSource database)
{
    const string Columns =
        """
        select l.id, l.host_id, l.kind, l.status, l.title, l.description, l.property_type, l.address_line, l.city, l.state, l.country, l.postal_code,
               l.lat, l.lon, l.amenities, l.currency, l.cancellation_policy, l.instant_book, l.time_zone, l.check_in_time, l.check_out_time, l.star_rating, l.version,
               u.id, u.name, u.capacity, u.max_guests, u.bedrooms, u.beds, u.bathrooms, u.base_price, u.cleaning_fee, u.rules_version, u.min_nights, u.max_nights, u.ticket_date
        from web.listings l join web.units u on u.listing_id = l.id
        """;

    public async Task<ListingRow?> Find(Guid listingId, CancellationToken ct) =>
        (await Read($"{Columns} where l.id = @id and l.status <> 'deleted' order by u.id", listingId, ct)).SingleOrDefault();

    public async Task<ListingRow?> OfUnit(Guid unitId, CancellationToken ct) =>
        (await Read($"{Columns} where l.id = (select listing_id from web.units where id = @id) and l.status <> 'deleted' order by u.id", unitId, ct)).SingleOrDefault();

    public Task<IReadOnlyList<ListingRow>> OfHost(Guid hostId, CancellationToken ct) =>
        Read($"{Columns} where l.host_id = @id and l.status <> 'deleted' order by l.id, u.id", hostId, ct);

    async Task<IReadOnlyList<ListingRow>> Read(string sql, Guid id, CancellationToken ct)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.AddWithValue("id", id);
        await using var rows = await command.ExecuteReaderAsync(ct);
        var found = new List<ListingRow>();
        while (await rows.ReadAsync(ct))
        {
            if (found.Count == 0 || found[^1].Id != rows.GetGuid(0)) found.Add(Listing(rows));
            ((List<UnitRow>)found[^1].Units).Add(Unit(rows, found[^1].Currency));
        }
        return found;
    }

    static ListingRow Listing(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), Enum.Parse<ListingKind>(row.GetString(2), ignoreCase: true), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6),
        new(row.GetString(7), row.GetString(8), row.GetString(10), Text(row, 9), Text(row, 11)), new(row.GetDecimal(12), row.GetDecimal(13)),
        row.GetFieldValue<string[]>(14), row.GetString(15), row.GetString(16), row.GetBoolean(17),
        new ListingTimes(row.GetString(18), row.GetFieldValue<TimeOnly>(19), row.GetFieldValue<TimeOnly>(20)),
        row.IsDBNull(21) ? null : row.GetInt32(21), row.GetInt64(22), new List<UnitRow>());

    static UnitRow Unit(NpgsqlDataReader row, string currency) => new(
        row.GetGuid(23), row.GetString(24), row.GetInt32(25), row.GetInt32(26), row.GetInt32(27), row.GetInt32(28), row.GetDecimal(29),
        new Money(row.GetInt64(30), currency), new Money(row.GetInt64(31), currency), row.GetInt32(32), row.GetInt32(33), row.GetInt32(34),
        row.IsDBNull(35) ? null : row.GetFieldValue<DateOnly>(35));

    static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
