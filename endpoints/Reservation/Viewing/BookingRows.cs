using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using NServiceBus.Persistence.Sql;
using Roost.Domain;
using Roost.Domain.Booking;

namespace Roost.Reservation.Viewing;

/// <summary>Rows of the booking view. Uses the connection of the message in progress, so that the bus commits them with everything else.</summary>
public sealed class BookingRows(ISqlStorageSession session)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public async Task Write(BookingStep step, CancellationToken ct)
    {
        await using var command = Command(
            """
            insert into reservation.timeline (booking_id, version, happened, details)
            values (@booking_id, @version, @happened, @details) on conflict do nothing;

            insert into reservation.bookings as b (
                booking_id, guest_id, host_id, status, status_version, code,
                requested_at, listing_id, confirmation_code, instant_book, time_zone, check_in_time, check_out_time,
                shape_version, unit_id, check_in, check_out, quantity, adults, children, infants, price, policy,
                pay_by, answer_by, confirmed_at, cancelled_at, cancelled_by, cancel_reason, refund)
            values (
                @booking_id, @guest_id, @host_id, coalesce(@status, 'requested'), case when @status is null then 0 else @version end, @code,
                case when @is_request then now() end, @listing_id, @confirmation_code, @instant_book, @time_zone, @check_in_time, @check_out_time,
                @shape_version, @unit_id, @check_in, @check_out, @quantity, @adults, @children, @infants, @price, @policy,
                @pay_by, @answer_by, case when @status = 'confirmed' then now() end,
                case when @status = 'cancelled' then now() end, @cancelled_by, @cancel_reason, @refund)
            on conflict (booking_id) do update set
                status            = case when excluded.status_version > b.status_version then excluded.status else b.status end,
                code              = case when excluded.status_version > b.status_version then excluded.code else b.code end,
                status_version    = greatest(excluded.status_version, b.status_version),
                requested_at      = coalesce(b.requested_at, excluded.requested_at),
                listing_id        = coalesce(b.listing_id, excluded.listing_id),
                confirmation_code = coalesce(b.confirmation_code, excluded.confirmation_code),
                instant_book      = coalesce(b.instant_book, excluded.instant_book),
                time_zone         = coalesce(b.time_zone, excluded.time_zone),
                check_in_time     = coalesce(b.check_in_time, excluded.check_in_time),
                check_out_time    = coalesce(b.check_out_time, excluded.check_out_time),
                (shape_version, unit_id, check_in, check_out, quantity, adults, children, infants, price, policy) =
                    (select s.* from (values
                        (b.shape_version, b.unit_id, b.check_in, b.check_out, b.quantity, b.adults, b.children, b.infants, b.price, b.policy),
                        (excluded.shape_version, excluded.unit_id, excluded.check_in, excluded.check_out, excluded.quantity,
                         excluded.adults, excluded.children, excluded.infants, excluded.price, excluded.policy)) s
                     order by 1 desc limit 1),
                pay_by            = coalesce(b.pay_by, excluded.pay_by),
                answer_by         = coalesce(b.answer_by, excluded.answer_by),
                confirmed_at      = coalesce(b.confirmed_at, excluded.confirmed_at),
                cancelled_at      = coalesce(b.cancelled_at, excluded.cancelled_at),
                cancelled_by      = coalesce(b.cancelled_by, excluded.cancelled_by),
                cancel_reason     = coalesce(b.cancel_reason, excluded.cancel_reason),
                refund            = coalesce(b.refund, excluded.refund),
                updated_at        = now();
            """);
        var (it, request, shape, cancelled) = (step.Event, step.Request, step.Shape, step.Cancelled);
        Add(command, "booking_id", NpgsqlDbType.Uuid, it.BookingId);
        Add(command, "guest_id", NpgsqlDbType.Uuid, it.GuestId);
        Add(command, "host_id", NpgsqlDbType.Uuid, it.HostId);
        Add(command, "version", NpgsqlDbType.Integer, it.Version);
        Add(command, "happened", NpgsqlDbType.Text, step.Happened);
        Add(command, "details", NpgsqlDbType.Jsonb, JsonSerializer.Serialize(step.Details ?? new { }, Json));
        Add(command, "status", NpgsqlDbType.Text, step.Status?.Name());
        Add(command, "code", NpgsqlDbType.Text, step.Code);
        Add(command, "pay_by", NpgsqlDbType.TimestampTz, step.PayBy);
        Add(command, "answer_by", NpgsqlDbType.TimestampTz, step.AnswerBy);
        Add(command, "is_request", NpgsqlDbType.Boolean, request is not null);
        Add(command, "listing_id", NpgsqlDbType.Uuid, request?.ListingId);
        Add(command, "confirmation_code", NpgsqlDbType.Text, request?.ConfirmationCode);
        Add(command, "instant_book", NpgsqlDbType.Boolean, request?.InstantBook);
        Add(command, "time_zone", NpgsqlDbType.Text, request?.TimeZone);
        Add(command, "check_in_time", NpgsqlDbType.Time, request?.CheckInTime);
        Add(command, "check_out_time", NpgsqlDbType.Time, request?.CheckOutTime);
        Add(command, "shape_version", NpgsqlDbType.Integer, shape is null ? 0 : it.Version);
        Add(command, "unit_id", NpgsqlDbType.Uuid, shape?.Nights.UnitId);
        Add(command, "check_in", NpgsqlDbType.Date, shape?.Nights.CheckIn);
        Add(command, "check_out", NpgsqlDbType.Date, shape?.Nights.CheckOut);
        Add(command, "quantity", NpgsqlDbType.Integer, shape?.Nights.Quantity);
        Add(command, "adults", NpgsqlDbType.Integer, shape?.Guests.Adults);
        Add(command, "children", NpgsqlDbType.Integer, shape?.Guests.Children);
        Add(command, "infants", NpgsqlDbType.Integer, shape?.Guests.Infants);
        Add(command, "price", NpgsqlDbType.Jsonb, shape is null ? null : JsonSerializer.Serialize(shape.Price, Json));
        Add(command, "policy", NpgsqlDbType.Jsonb, shape is null ? null : JsonSerializer.Serialize(shape.Policy, Json));
        Add(command, "cancelled_by", NpgsqlDbType.Text, cancelled?.By.ToString().ToLowerInvariant());
        Add(command, "cancel_reason", NpgsqlDbType.Text, cancelled?.Reason);
        Add(command, "refund", NpgsqlDbType.Bigint, cancelled?.Refund.Amount);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task RecordPenalty(Guid bookingId, Guid hostId, Money penalty, CancellationToken ct)
    {
        await using var command = Command(
            """
            insert into reservation.penalties (booking_id, host_id, amount, currency)
            values (@booking_id, @host_id, @amount, @currency) on conflict do nothing
            """);
        Add(command, "booking_id", NpgsqlDbType.Uuid, bookingId);
        Add(command, "host_id", NpgsqlDbType.Uuid, hostId);
        Add(command, "amount", NpgsqlDbType.Bigint, penalty.Amount);
        Add(command, "currency", NpgsqlDbType.Text, penalty.Currency);
        await command.ExecuteNonQueryAsync(ct);
    }

    NpgsqlCommand Command(string sql) => new(sql, (NpgsqlConnection)session.Connection, (NpgsqlTransaction?)session.Transaction);

    static void Add(NpgsqlCommand command, string name, NpgsqlDbType type, object? value) =>
        command.Parameters.Add(new NpgsqlParameter(name, type) { Value = value ?? DBNull.Value });
}
