using Npgsql;
using Roost.Calendar.Taking;
using Roost.Contracts;
using Roost.Domain.Time;

namespace Roost.Calendar.Selling;

/// <summary>
/// Before a unit's first definition there must be a row to lock. It sells nothing yet, and every definition is newer than it.
/// </summary>
public sealed class Registration(NpgsqlDataSource database)
{
    public async Task Register(DefineUnit unit, CancellationToken ct)
    {
        if (!ListingZones.Knows(unit.TimeZone))
            throw new ArgumentException($"Unit {unit.UnitId} is in '{unit.TimeZone}', which is no time zone.");

        await using var command = database.CreateCommand(
            """
            insert into calendar.units (id, listing_id, host_id, kind, capacity, time_zone, check_in_time, check_out_time, min_nights, max_nights,
                                        lead_days, horizon_days, on_sale, definition)
            select @id, @listing_id, @host_id, @kind, 0, @time_zone, @check_in_time, @check_out_time, 1, 1, 0, 1, false, -1
            where now() at time zone @time_zone is not null -- an error here, rather than in every view, if these are no zone of the database's
            on conflict (id) do nothing
            """);
        command.Parameters.AddWithValue("id", unit.UnitId);
        command.Parameters.AddWithValue("listing_id", unit.ListingId);
        command.Parameters.AddWithValue("host_id", unit.HostId);
        command.Parameters.AddWithValue("kind", unit.Kind.InSql());
        command.Parameters.AddWithValue("time_zone", unit.TimeZone);
        command.Parameters.AddWithValue("check_in_time", unit.CheckInTime);
        command.Parameters.AddWithValue("check_out_time", unit.CheckOutTime);
        await command.ExecuteNonQueryAsync(ct);
    }
}
