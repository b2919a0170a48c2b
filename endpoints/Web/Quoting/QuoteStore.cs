using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using NServiceBus.Persistence.Sql;
using Roost.Domain;
using Roost.Domain.Quoting;
using Roost.Web.Identity;

namespace Roost.Web.Quoting;

/// <summary>Quotes are kept here and only their id travels: a client has no way to say another price (P-94).</summary>
public sealed class QuoteStore(NpgsqlDataSource database, ISqlStorageSession session, SigningKeys keys)
{
    public async Task Insert(Quote quote, CancellationToken ct)
    {
        var key = await keys.ToSign(ct);
        await using var command = new NpgsqlCommand(
            """
            insert into web.quotes (id, guest_id, unit_id, quote, key_id, signature, expires_at)
            values (@id, @guest_id, @unit_id, @quote, @key_id, @signature, @expires_at)
            """, (NpgsqlConnection)session.Connection, (NpgsqlTransaction?)session.Transaction);
        command.Parameters.AddWithValue("id", quote.QuoteId);
        command.Parameters.AddWithValue("guest_id", quote.GuestId);
        command.Parameters.AddWithValue("unit_id", quote.Price.Units[0].UnitId);
        command.Parameters.AddWithValue("quote", NpgsqlDbType.Json, JsonSerializer.Serialize(quote));
        command.Parameters.AddWithValue("key_id", key.Id);
        command.Parameters.AddWithValue("signature", Quotes.Sign(quote, key.Secret));
        command.Parameters.AddWithValue("expires_at", quote.ExpiresAt);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The quote, and why it cannot be booked now, by the database's clock. Null: nobody made such a quote for anybody.</summary>
    public async Task<(Quote Quote, Refusal? Refusal)?> Find(Guid quoteId, Guid caller, CancellationToken ct)
    {
        if (await Row(quoteId, ct) is not var (quote, keyId, signature, now)) return null;

        var key = await keys.Find(keyId, ct);
        return (quote, Quotes.Refusal(quote, signature, caller, now, key is null ? [] : [key.Secret]));
    }

    async Task<(Quote Quote, Guid KeyId, string Signature, DateTimeOffset Now)?> Row(Guid quoteId, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select quote::text, key_id, signature, now() from web.quotes where id = @id");
        command.Parameters.AddWithValue("id", quoteId);
        await using var rows = await command.ExecuteReaderAsync(ct);
        return await rows.ReadAsync(ct)
            ? (JsonSerializer.Deserialize<Quote>(rows.GetString(0))!, rows.GetGuid(1), rows.GetString(2), rows.GetFieldValue<DateTimeOffset>(3))
            : null;
    }
}
