using Npgsql;

namespace Roost.Web.Identity;

/// <summary>What a client gets to prove who it is from now on.</summary>
public sealed record Tokens(string AccessToken, int ExpiresIn, string RefreshToken, Guid UserId, IReadOnlyList<string> Roles);

/// <summary>Begins, continues and ends sessions. A refresh token is good once; when it comes again somebody has a copy, and the session ends.</summary>
public sealed class Sessions(NpgsqlDataSource database, AccessTokens accessTokens, LiveSessions live, ILogger<Sessions> log)
{
    static readonly TimeSpan refreshWithin = TimeSpan.FromDays(7);

    public async Task<Tokens> Begin(Guid accountId, string[] roles, CancellationToken ct)
    {
        var (sessionId, refresh) = (Guid.CreateVersion7(), Secret.New());
        await using var command = database.CreateCommand(
            """
            insert into web.sessions (id, account_id) values (@session_id, @account_id);
            insert into web.refresh_tokens (hash, session_id, expires_at) values (@hash, @session_id, now() + @within);
            """);
        command.Parameters.AddWithValue("session_id", sessionId);
        command.Parameters.AddWithValue("account_id", accountId);
        command.Parameters.AddWithValue("hash", refresh.Hash);
        command.Parameters.AddWithValue("within", refreshWithin);
        await command.ExecuteNonQueryAsync(ct);
        return await Issue(accountId, sessionId, roles, refresh, ct);
    }

    /// <summary>Null: unknown, expired, used before, or its session is over.</summary>
    public async Task<Tokens?> Continue(string refreshToken, CancellationToken ct)
    {
        var (given, next) = (new Secret(refreshToken), Secret.New());
        await using var command = database.CreateCommand(
            """
            with used as (
                -- Two at once: the row's lock lets one through, the other finds it used.
                update web.refresh_tokens set used_at = now() where hash = @given and used_at is null and expires_at > now() returning session_id
            ), continued as (
                select s.id, s.account_id, a.roles from used
                join web.sessions s on s.id = used.session_id and s.ended_at is null
                join web.accounts a on a.id = s.account_id
            ), kept as (
                insert into web.refresh_tokens (hash, session_id, expires_at) select @next, id, now() + @within from continued
            )
            select id, account_id, roles from continued
            """);
        command.Parameters.AddWithValue("given", given.Hash);
        command.Parameters.AddWithValue("next", next.Hash);
        command.Parameters.AddWithValue("within", refreshWithin);
        await using (var rows = await command.ExecuteReaderAsync(ct))
        {
            if (await rows.ReadAsync(ct)) return await Issue(rows.GetGuid(1), rows.GetGuid(0), rows.GetFieldValue<string[]>(2), next, ct);
        }
        await EndWhenStolen(given, ct);
        return null;
    }

    public Task End(Guid sessionId, string why, CancellationToken ct) => End("id = @id", sessionId, why, except: null, ct);

    public Task EndAll(Guid accountId, string why, Guid? except, CancellationToken ct) => End("account_id = @id", accountId, why, except, ct);

    async Task End(string which, Guid id, string why, Guid? except, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"""
            update web.sessions set ended_at = now(), ended_why = @why
            where {which} and ended_at is null and (@except::uuid is null or id <> @except)
            returning id
            """);
        command.Parameters.AddWithValue("id", id);
        command.Parameters.AddWithValue("why", why);
        command.Parameters.AddWithValue("except", NpgsqlTypes.NpgsqlDbType.Uuid, (object?)except ?? DBNull.Value);
        await using var ended = await command.ExecuteReaderAsync(ct);
        while (await ended.ReadAsync(ct)) live.Forget(ended.GetGuid(0));
    }

    async Task EndWhenStolen(Secret given, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select session_id from web.refresh_tokens where hash = @hash and used_at is not null");
        command.Parameters.AddWithValue("hash", given.Hash);
        if (await command.ExecuteScalarAsync(ct) is not Guid sessionId) return;

        log.LogWarning("Session {SessionId} ends: a refresh token of it was used twice", sessionId);
        await End(sessionId, "refresh token used twice", ct);
    }

    async Task<Tokens> Issue(Guid accountId, Guid sessionId, string[] roles, Secret refresh, CancellationToken ct) =>
        new(await accessTokens.Issue(accountId, sessionId, roles, ct), (int)AccessTokens.Lifetime.TotalSeconds, refresh.Text, accountId, roles);
}
