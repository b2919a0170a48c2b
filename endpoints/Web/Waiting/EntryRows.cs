using Npgsql;
using NpgsqlTypes;
using NServiceBus.Persistence.Sql;
using Roost.Contracts;
using Roost.Domain.Booking;
using Roost.Web.Quoting;

namespace Roost.Web.Waiting;

/// <summary>Somebody who waits, and what the calendar says about it.</summary>
/// <param name="State">As the calendar calls it; null while the entry is on its way there.</param>
/// <param name="OfferUntil">Of an offer that can be taken now, by the database's clock.</param>
/// <param name="BookingStatus">Of the booking that was made of the offer; null while it is on its way to its owner.</param>
public sealed record EntryRow(
    Guid Id, Guid GuestId, NightsLine Nights, GuestsBody Guests, string? PaymentMethodId, Guid? BookingId,
    string? State, long? Position, string? WaitsBecause, DateOnly? WaitsForNight, Guid? OfferId, DateTimeOffset? OfferUntil,
    BookingState? BookingStatus, DateTimeOffset? ConfirmedAt)
{
    /// <summary>Once an offer was accepted, the booking says what came of it: an offer serves once, also when the card is declined.</summary>
    public string Status => (State, OfferUntil, BookingId) switch
    {
        (_, _, not null) when ConfirmedAt is not null => "booked",
        (_, _, not null) when BookingStatus is { } status && BookingStates.Ended.Contains(status) => "lapsed",
        (_, _, not null) => "accepted",
        (null, _, _) => "joining",
        ("offered", null, _) or ("lapsed", _, _) => "lapsed",
        ("stopped", _, _) => "left",
        var (state, _, _) => state!,
    };
}

public sealed class EntryRows(NpgsqlDataSource database, ISqlStorageSession session)
{
    public async Task Insert(
        Guid entryId, Guid guestId, NightsLine nights, GuestsBody guests, string? paymentMethodId, DateTimeOffset joinedAt, CancellationToken ct)
    {
        await using var command = Command(
            """
            insert into web.waitlist (id, guest_id, unit_id, check_in, check_out, quantity, adults, children, infants, payment_method_id, joined_at)
            values (@id, @guest_id, @unit_id, @check_in, @check_out, @quantity, @adults, @children, @infants, @payment_method_id, @joined_at)
            """);
        command.Parameters.AddWithValue("id", entryId);
        command.Parameters.AddWithValue("guest_id", guestId);
        command.Parameters.AddWithValue("unit_id", nights.UnitId);
        command.Parameters.AddWithValue("check_in", nights.CheckIn);
        command.Parameters.AddWithValue("check_out", nights.CheckOut);
        command.Parameters.AddWithValue("quantity", nights.Quantity);
        command.Parameters.AddWithValue("adults", guests.Adults);
        command.Parameters.AddWithValue("children", guests.Children);
        command.Parameters.AddWithValue("infants", guests.Infants);
        command.Parameters.Add(new("payment_method_id", NpgsqlDbType.Text) { Value = paymentMethodId ?? (object)DBNull.Value });
        command.Parameters.AddWithValue("joined_at", joinedAt);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The booking of this offer: this one, or the one that another request has made of it. Of two at once the second waits here for the first.</summary>
    public async Task<Guid> Book(Guid entryId, Guid bookingId, CancellationToken ct)
    {
        await using var command = Command("update web.waitlist set booking_id = coalesce(booking_id, @booking_id) where id = @id returning booking_id");
        command.Parameters.AddWithValue("id", entryId);
        command.Parameters.AddWithValue("booking_id", bookingId);
        return (Guid)(await command.ExecuteScalarAsync(ct))!;
    }

    public Task<EntryRow?> Find(Guid entryId, CancellationToken ct) => Find(database, entryId, ct);

    public static async Task<EntryRow?> Find(NpgsqlDataSource database, Guid entryId, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select w.id, w.guest_id, w.unit_id, w.check_in, w.check_out, w.quantity, w.adults, w.children, w.infants, w.payment_method_id, w.booking_id,
                   v.state, v.position, v.waits_because, v.waits_for_night, v.offer_id, c.expires_at, b.status, b.confirmed_at
            from web.waitlist w
            left join calendar.watcher_view v on v.entry_id = w.id
            left join calendar.claim_view c on c.claim_id = v.offer_id and c.has_its_nights
            left join reservation.booking_view b on b.booking_id = w.booking_id
            where w.id = @id
            """);
        command.Parameters.AddWithValue("id", entryId);
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return null;
        return new(
            row.GetGuid(0), row.GetGuid(1), new(row.GetGuid(2), row.GetFieldValue<DateOnly>(3), row.GetFieldValue<DateOnly>(4), row.GetInt32(5)),
            new(row.GetInt32(6), row.GetInt32(7), row.GetInt32(8)), Text(row, 9), Value<Guid>(row, 10),
            Text(row, 11), Value<long>(row, 12), Text(row, 13), Value<DateOnly>(row, 14), Value<Guid>(row, 15), Value<DateTimeOffset>(row, 16),
            Text(row, 17) is { } status ? BookingStateNames.Parse(status) : null, Value<DateTimeOffset>(row, 18));
    }

    /// <summary>
    /// An entry of this guest for the same nights that still waits or has an offer. Until this request is over no other one of the guest for these nights gets
    /// past here, and that one then sees what this one inserted. (Which entries are over only the calendar knows: a unique index could not tell.)
    /// </summary>
    public async Task<Guid?> Waiting(Guid guestId, NightsLine nights, CancellationToken ct)
    {
        await using var command = Command(
            """
            select pg_advisory_xact_lock(hashtextextended(format('waitlist %s %s %s %s', @guest_id, @unit_id, @check_in, @check_out), 0));

            select w.id from web.waitlist w left join calendar.watcher_view v on v.entry_id = w.id
            where w.guest_id = @guest_id and w.unit_id = @unit_id and w.check_in = @check_in and w.check_out = @check_out
              and coalesce(v.state, 'waiting') in ('waiting', 'offered')
            limit 1
            """);
        command.Parameters.AddWithValue("guest_id", guestId);
        command.Parameters.AddWithValue("unit_id", nights.UnitId);
        command.Parameters.AddWithValue("check_in", nights.CheckIn);
        command.Parameters.AddWithValue("check_out", nights.CheckOut);
        await using var rows = await command.ExecuteReaderAsync(ct);
        await rows.NextResultAsync(ct);
        return await rows.ReadAsync(ct) ? rows.GetGuid(0) : null;
    }

    NpgsqlCommand Command(string sql) => new(sql, (NpgsqlConnection)session.Connection, (NpgsqlTransaction?)session.Transaction);

    static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    static T? Value<T>(NpgsqlDataReader row, int column) where T : struct => row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);
}
