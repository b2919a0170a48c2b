using Npgsql;
using NpgsqlTypes;
using NServiceBus.Persistence.Sql;

namespace Roost.Web.Listing;

/// <summary>Writes listings in the transaction of the request, together with what the calendar is told.</summary>
public sealed class ListingWrites(ISqlStorageSession session)
{
    public async Task Insert(Guid id, Guid hostId, ListingBody body, IReadOnlyList<(Guid Id, UnitBody Unit)> units, CancellationToken ct)
    {
        await using var command = Command(
            """
            insert into web.listings (id, host_id, kind, currency, title, description, property_type, address_line, city, state, country, postal_code,
                lat, lon, time_zone, amenities, cancellation_policy, instant_book, check_in_time, check_out_time, star_rating)
            values (@id, @host_id, @kind, @currency, @title, @description, @property_type, @address_line, @city, @state, @country, @postal_code,
                @lat, @lon, @time_zone, @amenities, @cancellation_policy, @instant_book, @check_in_time, @check_out_time, @star_rating)
            """);
        command.Parameters.AddWithValue("id", id);
        command.Parameters.AddWithValue("host_id", hostId);
        command.Parameters.AddWithValue("kind", body.Kind.ToString().ToLowerInvariant());
        command.Parameters.AddWithValue("currency", body.Currency);
        Describe(command, body.Common());
        await command.ExecuteNonQueryAsync(ct);
        foreach (var (unitId, unit) in units) await Insert(unitId, id, unit, ct);
    }

    public async Task Insert(Guid unitId, Guid listingId, UnitBody unit, CancellationToken ct)
    {
        await using var command = Command(
            """
            insert into web.units (id, listing_id, capacity, name, max_guests, bedrooms, beds, bathrooms, base_price, cleaning_fee, min_nights, max_nights, ticket_date)
            values (@id, @listing_id, @capacity, @name, @max_guests, @bedrooms, @beds, @bathrooms, @base_price, @cleaning_fee, @min_nights, @max_nights, @ticket_date)
            """);
        command.Parameters.AddWithValue("listing_id", listingId);
        Describe(command, unitId, unit);
        command.Parameters.AddWithValue("capacity", unit.Capacity);
        command.Parameters.Add(new("ticket_date", NpgsqlDbType.Date) { Value = unit.Date ?? (object)DBNull.Value });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>From here to the commit nobody else changes the listing or its units: what is read after this is what the change is made of.</summary>
    public async Task Lock(Guid id, CancellationToken ct)
    {
        await using var command = Command("select from web.listings where id = @id for no key update");
        command.Parameters.AddWithValue("id", id);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task Update(Guid id, ListingChangeBody body, CancellationToken ct)
    {
        await using var command = Command(
            """
            update web.listings set title = @title, description = @description, property_type = @property_type, address_line = @address_line, city = @city, state = @state,
                country = @country, postal_code = @postal_code, lat = @lat, lon = @lon, time_zone = @time_zone, amenities = @amenities,
                cancellation_policy = @cancellation_policy, instant_book = @instant_book, check_in_time = @check_in_time, check_out_time = @check_out_time,
                star_rating = @star_rating, version = version + 1
            where id = @id
            """);
        command.Parameters.AddWithValue("id", id);
        Describe(command, body);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task Update(Guid listingId, Guid unitId, UnitBody unit, CancellationToken ct)
    {
        await using var command = Command(
            """
            update web.units set name = @name, max_guests = @max_guests, bedrooms = @bedrooms, beds = @beds, bathrooms = @bathrooms,
                rules_version = rules_version + case when (base_price, cleaning_fee) <> (@base_price, @cleaning_fee) then 1 else 0 end,
                base_price = @base_price, cleaning_fee = @cleaning_fee, min_nights = @min_nights, max_nights = @max_nights
            where id = @id;

            update web.listings set version = version + 1 where id = @listing_id;
            """);
        command.Parameters.AddWithValue("listing_id", listingId);
        Describe(command, unitId, unit);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <param name="asked">The change that the calendar is asked for; null while it does not know the unit.</param>
    public async Task SetCapacity(Guid unitId, int capacity, Guid? asked, CancellationToken ct)
    {
        await using var command = Command("update web.units set capacity = @capacity, capacity_change = @asked where id = @id");
        command.Parameters.AddWithValue("id", unitId);
        command.Parameters.AddWithValue("capacity", capacity);
        command.Parameters.Add(new("asked", NpgsqlDbType.Uuid) { Value = asked ?? (object)DBNull.Value });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The version that the change made.</summary>
    public async Task<long> SetStatus(Guid id, string status, CancellationToken ct)
    {
        await using var command = Command("update web.listings set status = @status, version = version + 1 where id = @id returning version");
        command.Parameters.AddWithValue("id", id);
        command.Parameters.AddWithValue("status", status);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    static void Describe(NpgsqlCommand command, ListingChangeBody body)
    {
        command.Parameters.AddWithValue("title", body.Title);
        command.Parameters.AddWithValue("description", body.Description);
        command.Parameters.AddWithValue("property_type", body.PropertyType);
        command.Parameters.AddWithValue("address_line", body.Address.Line1);
        command.Parameters.AddWithValue("city", body.Address.City);
        command.Parameters.Add(new("state", NpgsqlDbType.Text) { Value = body.Address.State ?? (object)DBNull.Value });
        command.Parameters.AddWithValue("country", body.Address.Country);
        command.Parameters.Add(new("postal_code", NpgsqlDbType.Text) { Value = body.Address.PostalCode ?? (object)DBNull.Value });
        command.Parameters.AddWithValue("lat", body.Location.Lat);
        command.Parameters.AddWithValue("lon", body.Location.Lon);
        command.Parameters.AddWithValue("time_zone", body.TimeZone);
        command.Parameters.AddWithValue("amenities", body.Amenities.ToArray());
        command.Parameters.AddWithValue("cancellation_policy", body.CancellationPolicy);
        command.Parameters.AddWithValue("instant_book", body.InstantBook);
        command.Parameters.AddWithValue("check_in_time", ListingChecks.Time(body.CheckInTime)!.Value);
        command.Parameters.AddWithValue("check_out_time", ListingChecks.Time(body.CheckOutTime)!.Value);
        command.Parameters.Add(new("star_rating", NpgsqlDbType.Integer) { Value = body.StarRating ?? (object)DBNull.Value });
    }

    static void Describe(NpgsqlCommand command, Guid unitId, UnitBody unit)
    {
        command.Parameters.AddWithValue("id", unitId);
        command.Parameters.AddWithValue("name", unit.Name);
        command.Parameters.AddWithValue("max_guests", unit.MaxGuests);
        command.Parameters.AddWithValue("bedrooms", unit.Bedrooms);
        command.Parameters.AddWithValue("beds", unit.Beds);
        command.Parameters.AddWithValue("bathrooms", unit.Bathrooms);
        command.Parameters.AddWithValue("base_price", unit.BasePrice.Amount);
        command.Parameters.AddWithValue("cleaning_fee", unit.CleaningFee?.Amount ?? 0);
        command.Parameters.AddWithValue("min_nights", unit.MinNights);
        command.Parameters.AddWithValue("max_nights", unit.MaxNights);
    }

    NpgsqlCommand Command(string sql) => new(sql, (NpgsqlConnection)session.Connection, (NpgsqlTransaction?)session.Transaction);
}
