using Npgsql;
using NpgsqlTypes;
using NServiceBus.Persistence.Sql;
using Roost.Contracts;
using Roost.Domain;

namespace Roost.Reservation.Viewing;

/// <summary>What became of a change that a guest asked for.</summary>
public sealed class ChangeProjection(ISqlStorageSession session) :
    IHandleMessages<ChangeProposed>, IHandleMessages<ChangeRefused>, IHandleMessages<BookingChanged>
{
    const int Proposed = 1;
    const int Ended = 2;

    public Task Handle(ChangeProposed message, IMessageHandlerContext context) =>
        Write(message.ChangeId, message.BookingId, Proposed, "proposed", message.Difference, message.ExpiresAt, code: null, context.CancellationToken);

    public Task Handle(ChangeRefused message, IMessageHandlerContext context) =>
        Write(message.ChangeId, message.BookingId, Ended, "refused", difference: null, expiresAt: null, message.Code, context.CancellationToken);

    public Task Handle(BookingChanged message, IMessageHandlerContext context) =>
        Write(message.ChangeId, message.BookingId, Ended, "applied", difference: null, expiresAt: null, code: null, context.CancellationToken);

    async Task Write(
        Guid changeId, Guid bookingId, int step, string status, Money? difference, DateTimeOffset? expiresAt, string? code, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into reservation.changes as c (change_id, booking_id, step, status, difference, currency, expires_at, code)
            values (@change_id, @booking_id, @step, @status, @difference, @currency, @expires_at, @code)
            on conflict (change_id) do update set
                status     = case when excluded.step > c.step then excluded.status else c.status end,
                code       = coalesce(excluded.code, c.code),
                difference = coalesce(excluded.difference, c.difference),
                currency   = coalesce(excluded.currency, c.currency),
                expires_at = coalesce(excluded.expires_at, c.expires_at),
                step       = greatest(excluded.step, c.step)
            """, (NpgsqlConnection)session.Connection, (NpgsqlTransaction?)session.Transaction);
        command.Parameters.AddWithValue("change_id", changeId);
        command.Parameters.AddWithValue("booking_id", bookingId);
        command.Parameters.AddWithValue("step", step);
        command.Parameters.AddWithValue("status", status);
        command.Parameters.Add(new("difference", NpgsqlDbType.Bigint) { Value = difference?.Amount ?? (object)DBNull.Value });
        command.Parameters.Add(new("currency", NpgsqlDbType.Text) { Value = difference?.Currency ?? (object)DBNull.Value });
        command.Parameters.Add(new("expires_at", NpgsqlDbType.TimestampTz) { Value = expiresAt ?? (object)DBNull.Value });
        command.Parameters.Add(new("code", NpgsqlDbType.Text) { Value = code ?? (object)DBNull.Value });
        await command.ExecuteNonQueryAsync(ct);
    }
}
