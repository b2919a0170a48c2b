using System.Text.Json;
using Npgsql;
using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Booking;
using Roost.Domain.Cancelling;
using Roost.Domain.Pricing;
using Roost.Domain.Time;

namespace Roost.Web.Booking;

/// <summary>A booking as its owner publishes it, with the state of its payment.</summary>
/// <param name="Refund">What its cancellation gives back.</param>
/// <param name="FromChanges">What changes to something cheaper have given back.</param>
/// <param name="Refunded">What of both is back with the guest.</param>
public sealed record BookingRow(
    Guid Id, Guid GuestId, Guid HostId, Guid ListingId, string ConfirmationCode, BookingState Status, string? Code, bool InstantBook,
    NightsLine Nights, GuestCount Guests, PriceBreakdown Price, CancellationPolicy Policy, ListingTimes Times,
    DateTimeOffset RequestedAt, DateTimeOffset? PayBy, DateTimeOffset? AnswerBy, string? CancelledBy, string? CancelReason, long? Refund, long Refunded,
    string? PaymentStatus, string? ClientSecret, DateTimeOffset? ConfirmedAt, long FromChanges)
{
    public bool NeedsGuestAction => PaymentStatus == "requires_action" && Status == BookingState.AwaitingPayment;
    public bool HasEnded => BookingStates.Ended.Contains(Status);
    public CancellableBooking ForCancelling => new(Price, [], Policy, Times);
}

public sealed class Bookings(NpgsqlDataSource database)
{
    static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web);

    const string Select =
        """
        select b.booking_id, b.guest_id, b.host_id, b.listing_id, b.confirmation_code, b.status, b.code, b.instant_book,
               b.unit_id, b.check_in, b.check_out, b.quantity, b.adults, b.children, b.infants, b.price::text, b.policy::text,
               b.time_zone, b.check_in_time, b.check_out_time, b.requested_at, b.pay_by, b.answer_by, b.cancelled_by, b.cancel_reason, b.refund, b.refunded,
               p.status, p.client_secret, b.confirmed_at, b.from_changes
        from reservation.booking_view b left join payment.payment_view p on p.payment_id = b.booking_id
        """;

    public async Task<BookingRow?> Find(Guid bookingId, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"{Select} where b.booking_id = @id");
        command.Parameters.AddWithValue("id", bookingId);
        return (await Read(command, ct)).SingleOrDefault();
    }

    /// <summary>Newest first; <paramref name="before"/> is the last id of the part before.</summary>
    public async Task<IReadOnlyList<BookingRow>> OfGuest(Guid guestId, Guid? before, int limit, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"{Select} where b.guest_id = @who and b.booking_id < @before order by b.booking_id desc limit @limit");
        return await Part(command, guestId, before, limit, ct);
    }

    public async Task<IReadOnlyList<BookingRow>> OfHost(Guid hostId, Guid? before, int limit, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"{Select} where b.host_id = @who and b.booking_id < @before order by b.booking_id desc limit @limit");
        return await Part(command, hostId, before, limit, ct);
    }

    public async Task<IReadOnlyList<TimelineEntry>> Timeline(Guid bookingId, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select version, happened, details::text, at from reservation.timeline_view where booking_id = @id order by version");
        command.Parameters.AddWithValue("id", bookingId);
        await using var rows = await command.ExecuteReaderAsync(ct);
        var entries = new List<TimelineEntry>();
        while (await rows.ReadAsync(ct))
            entries.Add(new(rows.GetInt32(0), rows.GetString(1), JsonDocument.Parse(rows.GetString(2)).RootElement, rows.GetFieldValue<DateTimeOffset>(3)));
        return entries;
    }

    /// <summary>Accepted by Web, and not seen by its owner yet.</summary>
    public async Task<AcceptedBooking?> FindAccepted(Guid bookingId, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select id, guest_id, host_id, confirmation_code, created_at from web.bookings where id = @id");
        command.Parameters.AddWithValue("id", bookingId);
        await using var rows = await command.ExecuteReaderAsync(ct);
        return await rows.ReadAsync(ct)
            ? new(rows.GetGuid(0), rows.GetGuid(1), rows.GetGuid(2), rows.GetString(3), rows.GetFieldValue<DateTimeOffset>(4))
            : null;
    }

    static async Task<IReadOnlyList<BookingRow>> Part(NpgsqlCommand command, Guid who, Guid? before, int limit, CancellationToken ct)
    {
        command.Parameters.AddWithValue("who", who);
        command.Parameters.AddWithValue("before", before ?? Guid.AllBitsSet);
        command.Parameters.AddWithValue("limit", limit);
        return await Read(command, ct);
    }

    static async Task<IReadOnlyList<BookingRow>> Read(NpgsqlCommand command, CancellationToken ct)
    {
        await using var row = await command.ExecuteReaderAsync(ct);
        var found = new List<BookingRow>();
        while (await row.ReadAsync(ct))
        {
            found.Add(new(
                row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), row.GetGuid(3), row.GetString(4), BookingStateNames.Parse(row.GetString(5))!.Value,
                Text(row, 6), row.GetBoolean(7),
                new(row.GetGuid(8), row.GetFieldValue<DateOnly>(9), row.GetFieldValue<DateOnly>(10), row.GetInt32(11)),
                new(row.GetInt32(12), row.GetInt32(13), row.GetInt32(14)),
                JsonSerializer.Deserialize<PriceBreakdown>(row.GetString(15), json)!, JsonSerializer.Deserialize<CancellationPolicy>(row.GetString(16), json)!,
                new(row.GetString(17), row.GetFieldValue<TimeOnly>(18), row.GetFieldValue<TimeOnly>(19)),
                row.GetFieldValue<DateTimeOffset>(20), Instant(row, 21), Instant(row, 22), Text(row, 23), Text(row, 24),
                row.IsDBNull(25) ? null : row.GetInt64(25), row.GetInt64(26), Text(row, 27), Text(row, 28), Instant(row, 29), row.GetInt64(30)));
        }
        return found;
    }

    static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    static DateTimeOffset? Instant(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}

public sealed record AcceptedBooking(Guid Id, Guid GuestId, Guid HostId, string ConfirmationCode, DateTimeOffset CreatedAt);

public sealed record TimelineEntry(int Version, string Happened, JsonElement Details, DateTimeOffset At);
