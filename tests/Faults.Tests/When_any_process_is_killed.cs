namespace Roost.Faults.Tests;

/// <summary>
/// kill -9 of Web, Reservation, Calendar and Payment at random instants while guests book, pay and cancel over HTTP. Whatever was accepted takes effect exactly once:
/// nights, money, messages and what people see agree in the end. P-11, P-33, P-34, P-65, P-66.
/// </summary>
public sealed class When_any_process_is_killed
{
    const int Bookings = 120, MostBookings = 500, KillsOfEach = 2;
    static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(120);

    [Test]
    public async Task What_was_accepted_takes_effect_exactly_once()
    {
        var seed = Random.Shared.Next();
        TestContext.Out.WriteLine($"seed {seed}");
        await using var marketplace = await Marketplace.Open("killed");
        var host = await marketplace.SignUp("host");
        Guid[] units = [await host.Sells("home", capacity: 1), await host.Sells("hotel", capacity: 3), await host.Sells("hotel", capacity: 25)];
        var guests = new Guests(await Task.WhenAll(Enumerable.Range(1, 10).Select(i => marketplace.SignUp($"guest{i}"))), units, seed);

        var killing = new Killing(marketplace, seed);
        var trouble = killing.EachEndpoint(KillsOfEach);
        await guests.KeepBooking(Bookings, MostBookings, trouble);
        await trouble;
        TestContext.Out.WriteLine($"{guests.Accepted.Count} requests, {guests.Cancelled.Count} cancellations, {killing.Kills} kills");

        await marketplace.HoldOnceAtRest(SettlesWithin);
        await EachKeyIsOneBooking(marketplace, guests);
        await EachCancellationHappened(marketplace, guests);
        await TheRepeatedRequestIsTheSameBooking(guests);
        await StripeAgrees(marketplace);
    }

    static async Task EachKeyIsOneBooking(Marketplace marketplace, Guests guests)
    {
        var keys = await marketplace.Database.Values<string>("select key from web.idempotency where route = 'POST /api/v1/bookings' and about is not null");
        Assert.That(keys, Is.EquivalentTo(guests.Accepted.Keys.Select(key => $"{key}")));
        var bookings = await marketplace.Database.Values<Guid>("select booking_id from reservation.booking_view");
        Assert.That(bookings, Has.Count.EqualTo(guests.Accepted.Count));
        Assert.That(bookings, Is.SupersetOf(guests.Accepted.Values.Select(promise => promise.BookingId).OfType<Guid>()));
    }

    static async Task EachCancellationHappened(Marketplace marketplace, Guests guests)
    {
        var ended = await marketplace.Database.Values<Guid>(
            "select booking_id from reservation.booking_view where status in ('cancelled', 'unavailable', 'payment_failed', 'expired')");
        Assert.That(guests.Cancelled.Keys, Is.SubsetOf(ended));
        Assert.That(guests.Cancelled, Is.Not.Empty, "nobody cancelled: nothing was tested");
    }

    static async Task TheRepeatedRequestIsTheSameBooking(Guests guests)
    {
        foreach (var (key, promise) in guests.Accepted.Where(accepted => accepted.Value.BookingId is not null).Take(20))
        {
            var again = await promise.Guest.Books(promise.Quote, key, promise.Card);
            Assert.That((again["bookingId"].GetGuid(), again.IsReplay), Is.EqualTo((promise.BookingId!.Value, true)), again.Text);
        }
    }

    /// <summary>One object at Stripe for each payment that worked, and to the cent what our own tables say.</summary>
    static async Task StripeAgrees(Marketplace marketplace)
    {
        var ours = await marketplace.Database.Values<string>(
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
}
