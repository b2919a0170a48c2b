using Npgsql;

namespace Roost.Web.Quoting;

/// <summary>A night as it can be sold at this moment.</summary>
/// <param name="Price">What the host set for it, in minor units; null: the unit's rules decide.</param>
public sealed record NightOnOffer(DateOnly Date, int Available, long? Price, int MinNights, bool Closed);

/// <summary>The calendar as it is now: read from its own tables at every call, never from a copy (P-29).</summary>
public sealed class Nights(NpgsqlDataSource database)
{
    public async Task<(DateTimeOffset AsOf, IReadOnlyList<NightOnOffer> Nights)> Of(Guid unitId, DateOnly from, DateOnly until, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select now(), night, available, price, min_stay, closed from calendar.availability(@unit_id, @from, @until)");
        command.Parameters.AddWithValue("unit_id", unitId);
        command.Parameters.AddWithValue("from", from);
        command.Parameters.AddWithValue("until", until);
        await using var rows = await command.ExecuteReaderAsync(ct);
        var nights = new List<NightOnOffer>();
        var asOf = DateTimeOffset.MinValue;
        while (await rows.ReadAsync(ct))
        {
            asOf = rows.GetFieldValue<DateTimeOffset>(0);
            nights.Add(new(
                rows.GetFieldValue<DateOnly>(1), rows.GetInt32(2), rows.IsDBNull(3) ? null : rows.GetInt64(3), rows.GetInt32(4), rows.GetBoolean(5)));
        }
        return (asOf, nights);
    }

    /// <summary>Whether the calendar sells the unit at all, whatever the listing says: for the moment until it has heard of it.</summary>
    public async Task<bool> AreSold(Guid unitId, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select on_sale from calendar.unit_view where unit_id = @unit_id");
        command.Parameters.AddWithValue("unit_id", unitId);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>The database's clock, which decides every deadline.</summary>
    public async Task<DateTimeOffset> Now(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select now()");
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(ct))!);
    }
}
