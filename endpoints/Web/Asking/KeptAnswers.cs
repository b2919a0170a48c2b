using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using NServiceBus.Persistence.Sql;

namespace Roost.Web.Asking;

/// <summary>Table web.idempotency, in the transaction of the request.</summary>
sealed class KeptAnswers(ISqlStorageSession session)
{
    internal sealed record Earlier(byte[] BodyHash, KeptAnswer? Answer);

    /// <summary>
    /// The insert decides who is first. The lock before it only saves a second one from waiting for the first: it is told to come back.
    /// Not first and no earlier row: the first is still at work.
    /// </summary>
    public async Task<(bool IsFirst, Earlier? Earlier)> Begin(AnswerKey key, byte[] bodyHash, CancellationToken ct)
    {
        await using var command = Command(
            """
            insert into web.idempotency (caller, route, key, body_hash)
            select @caller, @route, @key, @body_hash
            where pg_try_advisory_xact_lock(hashtextextended(@caller::text || ' ' || @route || ' ' || @key, 0))
            on conflict do nothing
            returning 1;

            select body_hash, status, headers::text, answer, about from web.idempotency where caller = @caller and route = @route and key = @key;
            """, key);
        command.Parameters.AddWithValue("body_hash", bodyHash);
        await using var rows = await command.ExecuteReaderAsync(ct);
        if (await rows.ReadAsync(ct)) return (true, null);
        await rows.NextResultAsync(ct);
        return (false, await rows.ReadAsync(ct) ? await Read(rows, ct) : null);
    }

    public async Task<AnswerKey> Keep(AnswerKey key, KeptAnswer answer, CancellationToken ct)
    {
        await using var command = Command(Replacement, key);
        Fill(command, answer);
        await command.ExecuteNonQueryAsync(ct);
        return key;
    }

    /// <summary>For who waited after the commit: what finally came of the request is what repeats get from now on.</summary>
    public static async Task Replace(NpgsqlDataSource database, AnswerKey key, KeptAnswer answer, CancellationToken ct)
    {
        await using var command = database.CreateCommand(Replacement);
        Identify(command, key);
        Fill(command, answer);
        await command.ExecuteNonQueryAsync(ct);
    }

    const string Replacement =
        """
        update web.idempotency set status = @status, headers = @headers, answer = @answer, about = coalesce(@about, about)
        where caller = @caller and route = @route and key = @key
        """;

    NpgsqlCommand Command(string sql, AnswerKey key)
    {
        var command = new NpgsqlCommand(sql, (NpgsqlConnection)session.Connection, (NpgsqlTransaction)session.Transaction);
        Identify(command, key);
        return command;
    }

    static void Identify(NpgsqlCommand command, AnswerKey key)
    {
        command.Parameters.AddWithValue("caller", key.Caller);
        command.Parameters.AddWithValue("route", key.Route);
        command.Parameters.AddWithValue("key", key.Key);
    }

    static void Fill(NpgsqlCommand command, KeptAnswer answer)
    {
        command.Parameters.AddWithValue("status", answer.Status);
        command.Parameters.AddWithValue("headers", NpgsqlDbType.Jsonb, JsonSerializer.Serialize(answer.Headers));
        command.Parameters.AddWithValue("answer", answer.Body);
        command.Parameters.AddWithValue("about", NpgsqlDbType.Uuid, (object?)answer.About ?? DBNull.Value);
    }

    static async Task<Earlier> Read(NpgsqlDataReader rows, CancellationToken ct)
    {
        var bodyHash = rows.GetFieldValue<byte[]>(0);
        if (await rows.IsDBNullAsync(1, ct)) return new(bodyHash, null);
        var headers = JsonSerializer.Deserialize<Dictionary<string, string>>(rows.GetString(2))!;
        var about = await rows.IsDBNullAsync(4, ct) ? (Guid?)null : rows.GetGuid(4);
        return new(bodyHash, new KeptAnswer(rows.GetInt32(1), headers, rows.GetFieldValue<byte[]>(3)) { About = about });
    }
}
