using Npgsql;
using NServiceBus.Persistence.Sql;

namespace Roost.Specimen.Working;

public sealed class WorkHandler(ISqlStorageSession session, ILogger<WorkHandler> log) : IHandleMessages<Work>
{
    public async Task Handle(Work command, IMessageHandlerContext context)
    {
        log.LogInformation("Working on {WorkId}", command.WorkId);
        if (command.Complaint is { } complaint) throw new InvalidOperationException(complaint);
        await Task.Delay(command.Milliseconds, context.CancellationToken);

        await using var insert = new NpgsqlCommand(
            "insert into specimen.work (id, worker) values (@id, @worker)",
            (NpgsqlConnection)session.Connection, (NpgsqlTransaction)session.Transaction);
        insert.Parameters.AddWithValue("id", command.WorkId);
        insert.Parameters.AddWithValue("worker", Environment.ProcessId);
        await insert.ExecuteNonQueryAsync(context.CancellationToken);
    }
}
