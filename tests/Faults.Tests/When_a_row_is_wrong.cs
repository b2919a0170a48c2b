namespace Roost.Faults.Tests;

/// <summary>The negative control of every other test here: a product that is wrong is noticed, each time by the invariant that says so.</summary>
public sealed class When_a_row_is_wrong
{
    static readonly (string Tampering, string Invariant)[] Tamperings =
    [
        ("update calendar.nights set booked = 0", "counters are the sum of the claims"),
        ("update calendar.claims set state = 'given_back'", "a confirmed booking has one booking claim"),
        ("update calendar.claims set id = gen_random_uuid()", "a claim belongs to a booking"),
        ("update reservation.bookings set status = 'expired', confirmed_at = null", "an ended booking has no claim"),
        ("update reservation.bookings set status = 'expired', confirmed_at = null", "a booking that was never confirmed keeps no money"),
        ("update reservation.bookings set status = 'cancelled', refund = (price #>> '{total,amount}')::bigint", "a booking that was cancelled keeps what its policy says"),
        ("update reservation.bookings set check_out = check_out + 1", "a booking has the nights that people see"),
        ("update payment.payments set status = 'voided'", "a confirmed booking is paid"),
        ("update payment.payments set booking_id = gen_random_uuid()", "money belongs to a booking"),
        ("update payment.steps set state = 'unknown', answer = null", "no call to Stripe is outstanding"),
        ("delete from web.bookings", "an accepted key is one booking"),
        ("delete from web.bookings", "a booking was asked for"),
        ("insert into web.idempotency select caller, route, 'another', body_hash, about from web.idempotency where about is not null", "an accepted key is one booking"),
        ("""update bus."reservation_BookingSaga" set "Data" = jsonb_set("Data"::jsonb, '{Status}', '2')""", "a booking is not stuck"),
        ("""update bus."payment_PaymentSaga" set "Data" = "Data"::jsonb || '{"Step": "any"}'""", "a payment is not stuck"),
        ("update reservation.changes set status = 'refused'", "a change that was not applied keeps no money"),
        ("delete from web.changes", "an accepted key is one change"),
        ("delete from reservation.changes", "an accepted key is one change"),
        ("delete from reservation.timeline where happened = 'changed'", "a change that was applied changed its booking once"),
        ("delete from calendar.watchers", "who asked to wait stands in the line"),
        ("delete from bus.\"reservation_WaitlistOfferSaga\"", "somebody waits exactly as long as the line knows of it"),
        ("update calendar.nights set booked = 0", "nobody waits for nights that are free"),
        ("update calendar.watchers set state = 'served'", "an offer that was taken is one booking"),
        ("update calendar.claims set kind = 'offer', expires_at = now()", "an offer belongs to an entry"),
        (Accepted("cancel"), "a cancellation that was accepted ends the booking"),
        (Accepted("decline") + "; update reservation.bookings set status = 'awaiting_host'", "the host's answer that was accepted arrives"),
        ("""update bus."web_OutboxData" set "Dispatched" = false""", "what was committed has been sent"),
        ("""update bus."reservation_OutboxData" set "Dispatched" = false""", "what was committed has been sent"),
        ("""update bus."payment_OutboxData" set "Dispatched" = false""", "what was committed has been sent"),
        ("delete from reservation.timeline", "the view shows the booking as it is"),
    ];

    static string Accepted(string what) =>
        $$"""
        insert into web.idempotency (caller, route, key, body_hash, status, about)
        select caller, 'POST /api/v1/bookings/{bookingId:guid}/{{what}}', 'another', body_hash, 202, about from web.idempotency
        where route = 'POST /api/v1/bookings' and about is not null
        """;

    [Test]
    public async Task The_invariants_say_so()
    {
        await using var marketplace = await Marketplace.Open("wrong");
        var (host, guest, waiting) = (await marketplace.SignUp("host"), await marketplace.SignUp("guest"), await marketplace.SignUp("waiting"));
        var unit = await host.Sells("home", capacity: 1);
        var home = new Racing(marketplace, unit, [guest]);
        var won = await home.Race([new Wish(Racing.FarAhead, Racing.FarAhead.AddDays(2))]);
        Assert.That(won, Has.Count.EqualTo(1));
        var longer = await guest.AsksToChange(won[0], Racing.FarAhead, Racing.FarAhead.AddDays(3), Guid.NewGuid());
        await guest.ConfirmsChange(longer["changeId"].GetGuid(), Guid.NewGuid());
        await guest.Awaits($"changes/{longer["changeId"].GetGuid()}", change => change["status"].GetString() == "applied");
        Assert.That((await waiting.Waits(unit, Racing.FarAhead, Racing.FarAhead.AddDays(2), Guid.NewGuid())).Status, Is.AnyOf(201, 202));
        await marketplace.HoldOnceAtRest(TimeSpan.FromSeconds(60));

        foreach (var (tampering, invariant) in Tamperings)
        {
            Assert.That(await marketplace.ViolationsIf(tampering), Has.Some.StartsWith(invariant + ":"), tampering);
        }
    }
}
