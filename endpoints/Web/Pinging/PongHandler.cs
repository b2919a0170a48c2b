using Npgsql;
using NServiceBus.Persistence.Sql;
using Roost.Contracts;

namespace Roost.Web.Pinging;

public sealed class PongHandler(ISqlStorageSession session) : IHandleMessages<Pong>
{
    public async Task Handle(Pong message, IMessageHandlerContext context)
    {
        await using var command = new NpgsqlCommand(
            "insert into web.pongs (ping_id, handled_by) values (@ping_id, @handled_by) on conflict do nothing",
            (NpgsqlConnection)session.Connection, (NpgsqlTransaction)session.Transaction);
        command.Parameters.AddWithValue("ping_id", message.PingId);
        command.Parameters.AddWithValue("handled_by", message.HandledBy);
        await command.ExecuteNonQueryAsync(context.CancellationToken);
    }
}
