using Npgsql;
using NpgsqlTypes;
using NServiceBus.Persistence.Sql;
using Roost.Domain;
using Roost.Payment.Paying;

namespace Roost.Payment.Calling;

/// <summary>Steps and the money they move, in the transaction of the message or session in progress.</summary>
public sealed class Steps(ISqlStorageSession session)
{
    /// <param name="Answer">Of the first time, when the step is not new and is done.</param>
    public sealed record Written(bool IsNew, IMessage? Answer);

    public async Task OpenPayment(Guid paymentId, Guid bookingId, Guid guestId, Money amount, CancellationToken ct)
    {
        await using var command = Command(
            """
            insert into payment.payments (payment_id, booking_id, guest_id, currency, amount)
            values (@payment_id, @booking_id, @guest_id, @currency, @amount) on conflict do nothing;
            """);
        command.Parameters.AddWithValue("payment_id", paymentId);
        command.Parameters.AddWithValue("booking_id", bookingId);
        command.Parameters.AddWithValue("guest_id", guestId);
        command.Parameters.AddWithValue("currency", amount.Currency);
        command.Parameters.AddWithValue("amount", amount.Amount);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task<Written> Write(
        Guid stepId, Guid paymentId, StepKind kind, string path, string form, string? intentId, long amount, CancellationToken ct)
    {
        // the update does nothing but let the row that is there already be returned, once whoever is writing it has committed
        await using var command = Command(
            """
            insert into payment.steps (step_id, payment_id, kind, path, form, intent_id, amount)
            values (@step_id, @payment_id, @kind, @path, @form, @intent_id, @amount)
            on conflict (step_id) do update set step_id = excluded.step_id
            returning xmax = 0, answer::text;
            """);
        command.Parameters.AddWithValue("step_id", stepId);
        command.Parameters.AddWithValue("payment_id", paymentId);
        command.Parameters.AddWithValue("kind", kind.Name());
        command.Parameters.AddWithValue("path", path);
        command.Parameters.AddWithValue("form", form);
        command.Parameters.Add(new("intent_id", NpgsqlDbType.Text) { Value = (object?)intentId ?? DBNull.Value });
        command.Parameters.AddWithValue("amount", amount);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return new Written(row.GetBoolean(0), await row.IsDBNullAsync(1, ct) ? null : Answers.Read(row.GetString(1)));
    }

    /// <summary>The refund counts from now on. False: there is not so much left of what was captured.</summary>
    public async Task<bool> Reserve(Guid paymentId, long amount, CancellationToken ct)
    {
        await using var command = Command(
            """
            update payment.payments set refunded = refunded + @amount, updated_at = now()
            where payment_id = @payment_id and refunded + @amount <= captured;
            """);
        command.Parameters.AddWithValue("payment_id", paymentId);
        command.Parameters.AddWithValue("amount", amount);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>Stripe's name for the payment; nothing but a hold is ever asked for before it is known.</summary>
    public async Task<string> IntentOf(Guid paymentId, CancellationToken ct)
    {
        await using var command = Command("select intent_id from payment.payments where payment_id = @payment_id;");
        command.Parameters.AddWithValue("payment_id", paymentId);
        return await command.ExecuteScalarAsync(ct) as string
            ?? throw new InvalidOperationException($"Payment {paymentId} was never seen at Stripe, so no step can follow.");
    }

    /// <returns>False when somebody else has recorded an answer before; then nothing is changed.</returns>
    public async Task<bool> Finish(Guid stepId, IMessage answer, string? requestId, CancellationToken ct)
    {
        // a look leaves nothing behind: there are many of them, and nobody asks for one twice
        await using var command = Command(
            """
            with look as (delete from payment.steps where step_id = @step_id and kind = 'look' returning 1),
            done as (
                update payment.steps set state = 'done', answer = @answer, request_id = @request_id, leased_by = null, leased_until = null
                where step_id = @step_id and kind <> 'look' and state <> 'done' returning 1)
            select exists (select from look) or exists (select from done);
            """);
        command.Parameters.AddWithValue("step_id", stepId);
        command.Parameters.AddWithValue("answer", NpgsqlDbType.Jsonb, Answers.Write(answer));
        command.Parameters.Add(new("request_id", NpgsqlDbType.Text) { Value = (object?)requestId ?? DBNull.Value });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>What Stripe said becomes what we know.</summary>
    public async Task Record(PaymentSeen seen, string? intentId, string? clientSecret, CancellationToken ct)
    {
        await using var command = Command(
            """
            update payment.payments set
                status         = @status,
                authorized     = case when @status in ('authorized', 'captured') then greatest(authorized, @amount) else authorized end,
                captured       = case when @status = 'captured' then @amount else captured end,
                intent_id      = coalesce(intent_id, @intent_id),
                capture_before = coalesce(@capture_before, capture_before),
                client_secret  = @client_secret,
                code           = coalesce(@code, code),
                updated_at     = now()
            where payment_id = @payment_id;
            """);
        command.Parameters.AddWithValue("payment_id", seen.PaymentId);
        command.Parameters.AddWithValue("status", StatusOf(seen.Standing));
        command.Parameters.AddWithValue("amount", seen.Amount.Amount);
        command.Parameters.Add(new("intent_id", NpgsqlDbType.Text) { Value = (object?)intentId ?? DBNull.Value });
        command.Parameters.Add(new("client_secret", NpgsqlDbType.Text) { Value = (object?)clientSecret ?? DBNull.Value });
        command.Parameters.Add(new("capture_before", NpgsqlDbType.TimestampTz) { Value = (object?)seen.CaptureBefore ?? DBNull.Value });
        command.Parameters.Add(new("code", NpgsqlDbType.Text) { Value = (object?)seen.Code ?? DBNull.Value });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The refund did not come about: its amount may be refunded again.</summary>
    public async Task Unreserve(Guid paymentId, long amount, CancellationToken ct)
    {
        await using var command = Command("update payment.payments set refunded = refunded - @amount, updated_at = now() where payment_id = @payment_id;");
        command.Parameters.AddWithValue("payment_id", paymentId);
        command.Parameters.AddWithValue("amount", amount);
        await command.ExecuteNonQueryAsync(ct);
    }

    static string StatusOf(Standing standing) => standing switch
    {
        Standing.GuestMustAct => "requires_action",
        Standing.Held => "authorized",
        Standing.Taken => "captured",
        Standing.Declined => "declined",
        _ => "voided",
    };

    NpgsqlCommand Command(string sql) => new(sql, (NpgsqlConnection)session.Connection, (NpgsqlTransaction)session.Transaction);
}
