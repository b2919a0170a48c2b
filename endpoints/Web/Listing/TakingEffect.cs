using Npgsql;

namespace Roost.Web.Listing;

/// <summary>
/// The calendar decides what can be had, so a listing is on sale when the calendar has heard of it: whoever was told that it is can quote it in the same instant.
/// </summary>
static class TakingEffect
{
    public static async Task<IResult?> OfListing(Guid listingId, HttpContext http)
    {
        await using var command = http.RequestServices.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            """
            select bool_and(c.on_sale is not distinct from (l.status = 'active'))
            from web.listings l join web.units u on u.listing_id = l.id left join calendar.unit_view c on c.unit_id = u.id
            where l.id = @id
            """);
        command.Parameters.AddWithValue("id", listingId);
        return await command.ExecuteScalarAsync(http.RequestAborted) is true ? TypedResults.NoContent() : null;
    }

    public static async Task<IResult?> OfUnit(Guid unitId, HttpContext http)
    {
        await using var command = http.RequestServices.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            """
            select u.name, u.listing_id
            from web.units u join web.listings l on l.id = u.listing_id join calendar.unit_view c on c.unit_id = u.id
            where u.id = @id and c.on_sale = (l.status = 'active')
            """);
        command.Parameters.AddWithValue("id", unitId);
        await using var row = await command.ExecuteReaderAsync(http.RequestAborted);
        return await row.ReadAsync(http.RequestAborted)
            ? TypedResults.Created($"/api/v1/listings/{row.GetGuid(1)}", new CreatedUnit(unitId, row.GetString(0)))
            : null;
    }
}
