using System.Collections.Frozen;
using System.Security.Cryptography;
using Npgsql;

namespace Roost.Web.Identity;

/// <summary>Made by whichever process needs one first, rotated after 30 days, believed until the last token it signed has expired.</summary>
public sealed class SigningKeys(NpgsqlDataSource database, TimeProvider clock)
{
    static readonly TimeSpan signsFor = TimeSpan.FromDays(30);
    static readonly TimeSpan believedFor = signsFor + TimeSpan.FromHours(1);

    // A stranger's made-up key id must not become a query each.
    static readonly TimeSpan looksAgainAfter = TimeSpan.FromSeconds(1);

    readonly SemaphoreSlim loading = new(1);
    Known known = new(FrozenDictionary<Guid, Key>.Empty, default);

    public sealed record Key(Guid Id, byte[] Secret, DateTimeOffset CreatedAt);

    public async ValueTask<Key> ToSign(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (Newest() is { } key && now - key.CreatedAt < signsFor) return key;
        await Load(now, ct);
        return Newest()!;

        Key? Newest() => known.Keys.Values.MaxBy(each => each.CreatedAt);
    }

    /// <summary>Null: no key of ours, or one too old.</summary>
    public async ValueTask<Key?> Find(Guid id, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (!known.Keys.ContainsKey(id) && now - known.At > looksAgainAfter) await Load(now, ct);
        return known.Keys.TryGetValue(id, out var key) && now - key.CreatedAt < believedFor ? key : null;
    }

    async Task Load(DateTimeOffset now, CancellationToken ct)
    {
        await loading.WaitAsync(ct);
        try
        {
            if (known.At >= now) return; // somebody else just did
            known = new(await MakeAndRead(ct), now);
        }
        finally
        {
            loading.Release();
        }
    }

    async Task<FrozenDictionary<Guid, Key>> MakeAndRead(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var command = new NpgsqlCommand(
            """
            -- Many processes start at once: one makes the key, the others wait here and find it.
            lock table web.signing_keys in exclusive mode;

            insert into web.signing_keys (id, secret)
            select @id, @secret where not exists (select from web.signing_keys where created_at > now() - @signs_for);

            delete from web.signing_keys where created_at < now() - @believed_for;

            select id, secret, created_at from web.signing_keys;
            """, connection, transaction);
        command.Parameters.AddWithValue("id", Guid.CreateVersion7());
        command.Parameters.AddWithValue("secret", RandomNumberGenerator.GetBytes(32));
        command.Parameters.AddWithValue("signs_for", signsFor);
        command.Parameters.AddWithValue("believed_for", believedFor);
        var keys = new List<Key>();
        await using (var rows = await command.ExecuteReaderAsync(ct))
        {
            while (await rows.ReadAsync(ct)) keys.Add(new(rows.GetGuid(0), rows.GetFieldValue<byte[]>(1), rows.GetFieldValue<DateTimeOffset>(2)));
        }
        await transaction.CommitAsync(ct);
        return keys.ToFrozenDictionary(key => key.Id);
    }

    sealed record Known(FrozenDictionary<Guid, Key> Keys, DateTimeOffset At);
}
