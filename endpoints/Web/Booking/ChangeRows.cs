using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using NServiceBus.Persistence.Sql;
using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Pricing;

namespace Roost.Web.Booking;

/// <summary>A change that somebody asked for, with what the reservations and the payment made of it so far.</summary>
/// <param name="Status">requested, proposed, applied, refused.</param>
/// <param name="IsOver">The new nights are not held any more.</param>
public sealed record ChangeRow(
    Guid Id, Guid BookingId, Guid GuestId, PriceBreakdown Price, string? UsualMethod, string Status, Money? Difference, DateTimeOffset? ExpiresAt, bool IsOver,
    string? Code, string? PaymentStatus, string? ClientSecret);

public sealed class ChangeRows(NpgsqlDataSource database, ISqlStorageSession session)
{
    public async Task Insert(Guid changeId, Guid bookingId, Guid guestId, PriceBreakdown price, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "insert into web.changes (id, booking_id, guest_id, price) values (@id, @booking_id, @guest_id, @price)",
            (NpgsqlConnection)session.Connection, (NpgsqlTransaction?)session.Transaction);
        command.Parameters.AddWithValue("id", changeId);
        command.Parameters.AddWithValue("booking_id", bookingId);
        command.Parameters.AddWithValue("guest_id", guestId);
        command.Parameters.AddWithValue("price", NpgsqlDbType.Json, JsonSerializer.Serialize(price));
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>What an open change of this booking holds or is about to hold: the next one takes its place, so that they are free for it.</summary>
    public async Task<NightsLine?> Held(Guid bookingId, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select w.price::text from web.changes w left join reservation.change_view c on c.change_id = w.id
            where w.booking_id = @booking_id and coalesce(c.status, 'requested') in ('requested', 'proposed') order by w.id desc limit 1
            """);
        command.Parameters.AddWithValue("booking_id", bookingId);
        return await command.ExecuteScalarAsync(ct) is string price ? NightsOf(JsonSerializer.Deserialize<PriceBreakdown>(price)!) : null;
    }

    public static NightsLine NightsOf(PriceBreakdown price) =>
        new(price.Units[0].UnitId, price.Stay.CheckIn, price.Stay.CheckOut, price.Units[0].Quantity);

    public Task<ChangeRow?> Find(Guid changeId, CancellationToken ct) => Find(database, changeId, ct);

    public static async Task<ChangeRow?> Find(NpgsqlDataSource database, Guid changeId, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select w.id, w.booking_id, w.guest_id, w.price::text, b.payment_method_id, coalesce(c.status, 'requested'),
                   c.difference, c.currency, c.expires_at, coalesce(c.expires_at <= now(), false), c.code, p.status, p.client_secret
            from web.changes w
            left join web.bookings b on b.id = w.booking_id
            left join reservation.change_view c on c.change_id = w.id
            left join payment.payment_view p on p.payment_id = w.id
            where w.id = @id
            """);
        command.Parameters.AddWithValue("id", changeId);
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return null;
        return new(
            row.GetGuid(0), row.GetGuid(1), row.GetGuid(2),
            JsonSerializer.Deserialize<PriceBreakdown>(row.GetString(3))!, Text(row, 4), row.GetString(5),
            row.IsDBNull(6) ? null : new Money(row.GetInt64(6), row.GetString(7)),
            row.IsDBNull(8) ? null : row.GetFieldValue<DateTimeOffset>(8), row.GetBoolean(9),
            Text(row, 10), Text(row, 11), Text(row, 12));
    }

    static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
