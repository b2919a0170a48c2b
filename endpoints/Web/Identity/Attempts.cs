using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Roost.Web.Asking;

namespace Roost.Web.Identity;

/// <summary>
/// How often somebody may try to prove who they are. Counted in PostgreSQL: without Redis this limit must not open (P-117). A bucket
/// refills by itself, so that nobody locks anybody out for good; and it is per account and address, so a stranger elsewhere does not at all.
/// </summary>
public sealed class Attempts(NpgsqlDataSource database, LimitSettings settings)
{
    const int Size = 5;
    static readonly TimeSpan refill = TimeSpan.FromMinutes(1);

    /// <summary>Null: go on.</summary>
    public async Task<ProblemHttpResult?> Refusal(HttpContext http, string what, string who)
    {
        if (settings.AreOff) return null;
        var remaining = await Take($"{what} {http.Connection.RemoteIpAddress} {who}", http.RequestAborted);
        http.Response.Headers["X-RateLimit-Limit"] = $"{Size}";
        http.Response.Headers["X-RateLimit-Remaining"] = $"{remaining ?? 0}";
        return remaining is null ? RateLimits.Refuse(http, refill / Size) : null;
    }

    /// <summary>One statement, and the row's lock lets in exactly as many as there are tokens. Null: none left.</summary>
    async Task<int?> Take(string key, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            insert into web.attempts as bucket (key, tokens, counted_at) values (@key, @size - 1, clock_timestamp())
            on conflict (key) do update set
                tokens = least(@size, bucket.tokens + extract(epoch from clock_timestamp() - bucket.counted_at) / @seconds * @size) - 1,
                counted_at = clock_timestamp()
            where bucket.tokens + extract(epoch from clock_timestamp() - bucket.counted_at) / @seconds * @size >= 1
            returning floor(tokens)::int
            """);
        // Hashed: an address that somebody typed is nothing to keep.
        command.Parameters.AddWithValue("key", SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        command.Parameters.AddWithValue("size", (double)Size);
        command.Parameters.AddWithValue("seconds", refill.TotalSeconds);
        return (int?)await command.ExecuteScalarAsync(ct);
    }
}
