using System.Collections.Concurrent;
using System.Collections.Frozen;
using Npgsql;

namespace Roost.Web.Identity;

/// <summary>
/// Whether a session still lives, and what its account may do now. PostgreSQL knows; what it said is believed for two seconds, so that a
/// logout or a changed role holds on every instance well within five (P-112), and a busy caller costs one small query per two seconds.
/// </summary>
public sealed class LiveSessions(NpgsqlDataSource database, TimeProvider clock)
{
    static readonly TimeSpan believedFor = TimeSpan.FromSeconds(2);
    const int ForgetAbove = 10_000;

    readonly ConcurrentDictionary<Guid, Lazy<Task<Seen>>> seen = new();

    /// <summary>Null: it has ended, or belongs to somebody else.</summary>
    public async ValueTask<Caller?> Find(Guid userId, Guid sessionId)
    {
        var answer = await Look(sessionId);
        if (clock.GetElapsedTime(answer.At) > believedFor)
        {
            Forget(sessionId);
            answer = await Look(sessionId);
        }
        return answer.Caller is { } caller && caller.UserId == userId ? caller : null;
    }

    /// <summary>After a change made here: this instance knows at once.</summary>
    public void Forget(Guid sessionId) => seen.TryRemove(sessionId, out _);

    /// <summary>Many requests of one caller at once ask once. Not cancelled with the request that happened to ask.</summary>
    async Task<Seen> Look(Guid sessionId)
    {
        if (seen.Count > ForgetAbove) seen.Clear();
        var look = seen.GetOrAdd(sessionId, id => new(() => Ask(id)));
        try
        {
            return await look.Value;
        }
        catch
        {
            seen.TryRemove(KeyValuePair.Create(sessionId, look)); // a failure is not believed at all
            throw;
        }
    }

    async Task<Seen> Ask(Guid sessionId)
    {
        var asked = clock.GetTimestamp();
        await using var command = database.CreateCommand(
            """
            select a.id, a.roles from web.sessions s join web.accounts a on a.id = s.account_id
            where s.id = @session_id and s.ended_at is null
            """);
        command.Parameters.AddWithValue("session_id", sessionId);
        await using var rows = await command.ExecuteReaderAsync();
        return await rows.ReadAsync()
            ? new(new Caller(rows.GetGuid(0), sessionId, rows.GetFieldValue<string[]>(1).ToFrozenSet()), asked)
            : new(null, asked);
    }

    sealed record Seen(Caller? Caller, long At);
}
