using Npgsql;

namespace Roost.Web.Asking;

/// <summary>Takes away what nobody can ask for any more. Every instance does it; a row that another one deletes is skipped.</summary>
public sealed class Forgetting(NpgsqlDataSource database, TimeProvider clock, ILogger<Forgetting> log) : BackgroundService
{
    static readonly TimeSpan every = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Forget(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                log.LogWarning(e, "Old rows stay until the next time");
            }
        }
    }

    /// <summary>
    /// In portions, so that no transaction is long. Used refresh tokens stay as long as they could have been valid: they tell of theft. A session goes with its last one.
    /// </summary>
    public async Task Forget(CancellationToken ct)
    {
        string[] portions =
        [
            """
            delete from web.idempotency where ctid in (
                select ctid from web.idempotency where created_at < now() - interval '30 days' limit 5000 for update skip locked)
            """,
            """
            delete from web.attempts where ctid in (
                select ctid from web.attempts where counted_at < now() - interval '10 minutes' limit 5000 for update skip locked)
            """,
            """
            delete from web.refresh_tokens where ctid in (
                select ctid from web.refresh_tokens where expires_at < now() limit 5000 for update skip locked)
            """,
            """
            delete from web.refresh_tokens where ctid in (
                select t.ctid from web.sessions s join web.refresh_tokens t on t.session_id = s.id
                where s.ended_at < now() - interval '1 day' limit 5000 for update of t skip locked)
            """,
            """
            delete from web.sessions where ctid in (
                select s.ctid from web.sessions s
                where s.began_at < now() - interval '1 day' and not exists (select from web.refresh_tokens t where t.session_id = s.id)
                limit 5000 for update skip locked)
            """,
            """
            delete from web.mailed_tokens where ctid in (
                select ctid from web.mailed_tokens where expires_at < now() - interval '1 day' limit 5000 for update skip locked)
            """,
        ];
        foreach (var portion in portions)
        {
            await using var command = database.CreateCommand(portion);
            while (await command.ExecuteNonQueryAsync(ct) > 0) { }
        }
    }
}
