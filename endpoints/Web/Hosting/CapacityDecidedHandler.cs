using Npgsql;
using NServiceBus.Persistence.Sql;
using Roost.Contracts;

namespace Roost.Web.Hosting;

/// <summary>
/// The calendar decides how many of a unit there are. Whatever it said to the host who asked, and whether or not he waited to hear it, the listing shows what it decided.
/// While a newer request is under way its answer is the one to wait for.
/// </summary>
public sealed class CapacityDecidedHandler(ISqlStorageSession session) : IHandleMessages<CapacityDecided>
{
    public async Task Handle(CapacityDecided message, IMessageHandlerContext context)
    {
        await using var command = new NpgsqlCommand(
            """
            update web.units u set capacity = case when c.capacity > 0 then c.capacity else u.capacity end, capacity_change = null
            from calendar.unit_view c
            where u.id = @unit_id and c.unit_id = u.id and (u.capacity_change is null or u.capacity_change = @change_id)
            """, (NpgsqlConnection)session.Connection, (NpgsqlTransaction?)session.Transaction);
        command.Parameters.AddWithValue("unit_id", message.UnitId);
        command.Parameters.AddWithValue("change_id", message.ChangeId);
        await command.ExecuteNonQueryAsync(context.CancellationToken);
    }
}
