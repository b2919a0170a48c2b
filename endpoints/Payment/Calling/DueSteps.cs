using Npgsql;
using Roost.Domain;

namespace Roost.Payment.Calling;

/// <summary>Which steps are to be called now, and who calls them. Each statement is a transaction of its own: none is open while Stripe is asked.</summary>
public sealed class DueSteps(NpgsqlDataSource database)
{
    /// <summary>A caller that is alive says so several times in this time; the steps of one that died are taken over after it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    readonly Guid me = Guid.NewGuid();

    public async Task<List<StripeStep>> Claim(int most, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            with due as (
                select step_id from payment.steps
                where state <> 'done' and due_at <= now() and (leased_until is null or leased_until < now())
                order by due_at limit @most for update skip locked)
            update payment.steps s set
                state = case when s.state = 'due' then 'calling' else s.state end, attempts = s.attempts + 1,
                first_sent_at = coalesce(s.first_sent_at, now()), last_sent_at = now(), leased_by = @me, leased_until = now() + @lease
            from due, payment.payments p
            where s.step_id = due.step_id and p.payment_id = s.payment_id
            returning s.step_id, s.payment_id, p.booking_id, s.kind, s.path, s.form, s.intent_id, s.amount, p.currency, s.key_number, s.attempts,
                s.must_look, s.first_sent_at < now() - interval '23 hours';
            """);
        command.Parameters.AddWithValue("most", most);
        command.Parameters.AddWithValue("me", me);
        command.Parameters.AddWithValue("lease", Lease);
        await using var rows = await command.ExecuteReaderAsync(ct);
        var claimed = new List<StripeStep>();
        while (await rows.ReadAsync(ct))
            claimed.Add(new StripeStep(
                rows.GetGuid(0), rows.GetGuid(1), rows.GetGuid(2), StepKinds.Parse(rows.GetString(3)), rows.GetString(4), rows.GetString(5),
                await rows.IsDBNullAsync(6, ct) ? null : rows.GetString(6), new Money(rows.GetInt64(7), rows.GetString(8)),
                rows.GetInt32(9), rows.GetInt32(10), rows.GetBoolean(11), rows.GetBoolean(12)));
        return claimed;
    }

    public async Task Renew(IReadOnlyCollection<Guid> steps, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "update payment.steps set leased_until = now() + @lease where step_id = any(@steps) and leased_by = @me;");
        command.Parameters.AddWithValue("lease", Lease);
        command.Parameters.AddWithValue("steps", steps.ToArray());
        command.Parameters.AddWithValue("me", me);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The same call again, later. What is unknown stays unknown until a call or a look has settled it.</summary>
    public async Task Postpone(Guid stepId, bool unknown, bool mustLook, TimeSpan wait, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            update payment.steps set
                state = case when @unknown or state = 'unknown' then 'unknown' else 'due' end,
                must_look = must_look or @must_look, due_at = now() + @wait, leased_by = null, leased_until = null
            where step_id = @step_id and leased_by = @me and state <> 'done';
            """);
        command.Parameters.AddWithValue("step_id", stepId);
        command.Parameters.AddWithValue("unknown", unknown);
        command.Parameters.AddWithValue("must_look", mustLook);
        command.Parameters.AddWithValue("wait", wait);
        command.Parameters.AddWithValue("me", me);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>It is certain that nothing came of the old key. The new one is written down before it is used, as the first was.</summary>
    public async Task BeginAgain(Guid stepId, TimeSpan wait, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            update payment.steps set
                key_number = key_number + 1, state = 'due', must_look = false, first_sent_at = null,
                due_at = now() + @wait, leased_by = null, leased_until = null
            where step_id = @step_id and leased_by = @me and state <> 'done';
            """);
        command.Parameters.AddWithValue("step_id", stepId);
        command.Parameters.AddWithValue("wait", wait);
        command.Parameters.AddWithValue("me", me);
        await command.ExecuteNonQueryAsync(ct);
    }
}
