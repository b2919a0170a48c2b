using System.Threading.Channels;
using Npgsql;

namespace Roost.Calendar.Telling;

/// <summary>
/// Publishes what committed groups have to tell, then forgets it. Each event has an id that follows from its row, so that one that was
/// published just before a crash is published again under the same id and its receivers know it. What this process could not publish, it or
/// another finds in the table.
/// </summary>
public sealed class Teller(NpgsqlDataSource database, IMessageSession bus, TimeProvider clock, ILogger<Teller> log) : BackgroundService
{
    static readonly TimeSpan LookForLost = TimeSpan.FromSeconds(5);
    const int MostInMemory = 10_000;

    readonly Channel<Outgoing> committed = Channel.CreateBounded<Outgoing>(MostInMemory);

    /// <summary>Never waits. When the broker is so far behind that memory is full, the row in the table is enough.</summary>
    public void Tell(Outgoing outgoing) => committed.Writer.TryWrite(outgoing);

    protected override Task ExecuteAsync(CancellationToken stopping) => Task.WhenAll(TellCommitted(stopping), TellLost(stopping));

    async Task TellCommitted(CancellationToken stopping)
    {
        List<Outgoing> group = [];
        while (await committed.Reader.WaitToReadAsync(stopping))
        {
            while (group.Count < 100 && committed.Reader.TryRead(out var outgoing)) group.Add(outgoing);
            await TryPublish(group, stopping);
            group.Clear();
        }
    }

    async Task TellLost(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(LookForLost, clock);
        do
        {
            try
            {
                while (await Lost(stopping) is { Count: > 0 } lost && await TryPublish(lost, stopping)) { }
            }
            catch (NpgsqlException e)
            {
                log.LogWarning(e, "Events that are not published yet could not be read; next try in {Seconds} s", LookForLost.TotalSeconds);
            }
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    async Task<bool> TryPublish(IReadOnlyList<Outgoing> group, CancellationToken ct)
    {
        try
        {
            await Task.WhenAll(group.SelectMany(Publish));
            await Forget([.. group.Select(o => o.Id)], ct);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning(e, "{Count} groups of events could not be published; they stay in the table until they are", group.Count);
            return false;
        }

        IEnumerable<Task> Publish(Outgoing outgoing) => outgoing.Events.Select((happened, index) =>
        {
            var options = new PublishOptions();
            options.SetMessageId($"{outgoing.Id}-{index}");
            return bus.Publish(happened, options, ct);
        });
    }

    /// <summary>Rows that their writer had time enough to publish. Touching them keeps others away for as long again.</summary>
    async Task<List<Outgoing>> Lost(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            update calendar.outgoing set written_at = clock_timestamp()
            where id in (
                select id from calendar.outgoing where written_at < clock_timestamp() - interval '10 seconds'
                order by written_at limit 100 for update skip locked)
            returning id, events
            """);
        await using var rows = await command.ExecuteReaderAsync(ct);
        List<Outgoing> lost = [];
        while (await rows.ReadAsync(ct)) lost.Add(Outgoing.Parse(rows.GetGuid(0), rows.GetString(1)));
        return lost;
    }

    async Task Forget(Guid[] published, CancellationToken ct)
    {
        await using var command = database.CreateCommand("delete from calendar.outgoing where id = any(@ids)");
        command.Parameters.AddWithValue("ids", published);
        await command.ExecuteNonQueryAsync(ct);
    }
}
