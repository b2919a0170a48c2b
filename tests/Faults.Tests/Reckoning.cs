namespace Roost.Faults.Tests;

/// <summary>Once everything is at rest: what guests and host were told, held against what the product's tables and Stripe say.</summary>
sealed class Reckoning(Marketplace marketplace, Promises promises)
{
    const int Repeated = 20;

    public async Task EachKeyIsOneBooking()
    {
        var keys = await Values<string>("select key from web.idempotency where route = 'POST /api/v1/bookings' and about is not null");
        Assert.That(keys, Is.EquivalentTo(promises.Accepted.Keys.Select(key => $"{key}")));
        var bookings = await Values<Guid>("select booking_id from reservation.booking_view");
        Assert.That(bookings, Has.Count.EqualTo(promises.Accepted.Count + promises.Taken.Count));
        Assert.That(bookings, Is.SupersetOf(promises.Accepted.Values.Select(asked => asked.BookingId).OfType<Guid>()));
    }

    /// <summary>The repeat is told of the same booking, and makes no second one.</summary>
    public async Task TheRepeatedRequestIsTheSameBooking()
    {
        foreach (var (key, asked) in promises.Accepted.Where(accepted => accepted.Value.BookingId is not null).Take(Repeated))
        {
            var again = await asked.Guest.Books(asked.Quote, key, asked.Card);
            Assert.That((again["bookingId"].GetGuid(), again.IsReplay), Is.EqualTo((asked.BookingId!.Value, true)), again.Text);
        }
    }

    /// <summary>A booking that was cancelled has ended so, whatever else was asked of it; and once.</summary>
    public async Task EachCancellationHappened()
    {
        Assert.That(promises.Cancelled, Is.Not.Empty, "nobody cancelled: nothing was tested");
        var status = await Statuses("select booking_id::text || ' ' || status from reservation.booking_view");
        foreach (var booking in promises.Cancelled.Keys) Assert.That(status[$"{booking}"], Is.AnyOf("cancelled", "declined"), $"{booking}");
        Assert.That(await Values<Guid>("select booking_id from reservation.timeline where happened = 'cancelled' group by 1 having count(*) > 1"), Is.Empty);
    }

    public async Task EachAnswerOfTheHostHappened()
    {
        var answered = promises.Answered.Where(it => !promises.Cancelled.ContainsKey(it.Key)).ToArray();
        Assert.That(answered, Is.Not.Empty, "the host was not asked: nothing was tested");
        var status = await Statuses("select booking_id::text || ' ' || case status when 'in_stay' then 'confirmed' else status end from reservation.booking_view");
        foreach (var (booking, said) in answered) Assert.That(status[$"{booking}"], Is.EqualTo(said), $"{booking}");
    }

    /// <summary>P-28, P-76: who asked to wait stands in the line once, who left has left, and an offer that was taken is one booking. The rest is an invariant.</summary>
    public async Task EachEntryIsServedAtMostOnce()
    {
        Assert.That(promises.Taken, Is.Not.Empty, "nothing was offered: nothing was tested");
        Assert.That(promises.Left, Is.Not.Empty, "nobody left the line: nothing was tested");
        var keys = await Values<string>("select key from web.idempotency where route = 'POST /api/v1/waitlist' and about is not null");
        Assert.That(keys, Is.EquivalentTo(promises.Entries.Values.Select(key => $"{key}")));
        Assert.That(await Values<Guid>("select id from web.waitlist"), Is.EquivalentTo(promises.Entries.Keys));

        var state = await Statuses("select entry_id::text || ' ' || state from calendar.watchers");
        Assert.That(state.Keys, Is.EquivalentTo(promises.Entries.Keys.Select(entry => $"{entry}")));
        foreach (var entry in promises.Left.Keys) Assert.That(state[$"{entry}"], Is.EqualTo("stopped"), $"{entry}");
        Assert.That(state.Where(it => it.Value == "served").Select(it => it.Key), Is.EquivalentTo(promises.Taken.Keys.Select(entry => $"{entry}")));

        var booked = await Statuses("select id::text || ' ' || booking_id from web.waitlist where booking_id is not null");
        Assert.That(booked, Is.EquivalentTo(promises.Taken.ToDictionary(it => $"{it.Key}", it => $"{it.Value}")));
    }

    /// <summary>P-27: each change that was applied counts once, with its nights and its money; of all others nothing is left.</summary>
    public async Task EachChangeHappenedOnceOrNotAtAll()
    {
        Assert.That(promises.Changes.Select(it => (it.Status, Math.Sign(it.Difference))).Distinct(),
            Is.SupersetOf(new[] { ("applied", -1), ("applied", 0), ("applied", 1), ("refused", 1) }), "not every kind of change was tested");

        var status = await Statuses("select change_id::text || ' ' || status from reservation.change_view");
        foreach (var change in promises.Changes) // one that was never confirmed ends with the next, with its booking or with its deadline
            Assert.That(status[$"{change.ChangeId}"], Is.EqualTo(change.Status).Or.EqualTo(change.Status == "proposed" ? "refused" : change.Status), $"{change}");
        var keys = await Values<string>("select key from web.idempotency where route like '%/changes' and about is not null");
        Assert.That(keys, Is.SupersetOf(promises.Changes.Select(it => $"{it.Key}")));

        var stays = await Statuses(
            "select booking_id::text || ' ' || check_in || '/' || check_out from reservation.booking_view where status in ('confirmed', 'in_stay')");
        foreach (var (booking, dates) in promises.Stays.Where(it => !promises.Cancelled.ContainsKey(it.Key)))
            Assert.That(stays[$"{booking}"], Is.EqualTo($"{dates.CheckIn:O}/{dates.CheckOut:O}"), $"{booking}");

        var changed = await Statuses("select booking_id::text || ' ' || count(*) from reservation.timeline where happened = 'changed' group by booking_id");
        Assert.That(changed, Is.EquivalentTo(promises.Changes.Where(it => it.Status == "applied")
            .GroupBy(it => it.BookingId).ToDictionary(it => $"{it.Key}", it => $"{it.Count()}")));
    }

    /// <summary>More was authorized under the change's own id, exactly the difference; less went back. A change that did not happen left no money behind.</summary>
    public async Task EachChangeIsPaid()
    {
        // What a change added can have gone back with the next one: then it was let go, and the refunds below say why.
        var paid = await Statuses(
            """
            select payment_id::text || ' ' || authorized from payment.payments p join reservation.changes c on c.change_id = p.payment_id
            where p.status in ('authorized', 'captured') or (p.status = 'voided' and c.status = 'applied')
            """);
        var back = await Statuses(
            "select booking_id::text || ' ' || sum((details ->> 'refunded')::bigint) from reservation.timeline where happened = 'refunded' group by booking_id");
        foreach (var changes in promises.Changes.Where(it => !promises.Cancelled.ContainsKey(it.BookingId)).GroupBy(it => it.BookingId))
        {
            foreach (var change in changes)
            {
                var due = change is { Status: "applied", Difference: > 0 } ? $"{change.Difference}" : null;
                Assert.That(paid.GetValueOrDefault($"{change.ChangeId}"), Is.EqualTo(due), $"{change}");
            }
            var cheaper = changes.Where(it => it is { Status: "applied", Difference: < 0 }).Sum(it => -it.Difference);
            Assert.That(back.GetValueOrDefault($"{changes.Key}", "0"), Is.EqualTo($"{cheaper}"), $"{changes.Key}");
        }
    }

    /// <summary>One object at Stripe for each payment that worked, and to the cent what our own tables say.</summary>
    public async Task StripeAgrees()
    {
        var ours = await Values<string>(
            """
            select format('%s held %s captured %s refunded %s', payment_id, case when status = 'authorized' then authorized else 0 end, captured, refunded)
            from payment.payments where status in ('authorized', 'captured')
            """);
        var theirs = marketplace.Stripe.Look(stripe => stripe.PaymentIntents.All
            .Where(intent => intent.AmountCapturable > 0 || intent.AmountReceived > 0)
            .Select(intent => $"{intent.Metadata["payment_id"]} held {intent.AmountCapturable} captured {intent.AmountReceived} " +
                $"refunded {stripe.Refunds.All.Where(refund => refund.PaymentIntent == intent.Id).Sum(refund => refund.Amount)}").ToArray());
        Assert.That(theirs, Is.EquivalentTo(ours));
        Assert.That(theirs, Is.Not.Empty, "nobody paid: nothing was tested");
    }

    Task<List<T>> Values<T>(string sql) => marketplace.Database.Values<T>(sql);

    /// <summary>Of rows that are an id, a blank and a word.</summary>
    async Task<Dictionary<string, string>> Statuses(string sql) =>
        (await Values<string>(sql)).Select(row => row.Split(' ', 2)).ToDictionary(row => row[0], row => row[1]);
}
