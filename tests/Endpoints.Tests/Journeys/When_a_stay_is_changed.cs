using static Roost.Endpoints.Tests.Journeys.Place;

namespace Roost.Endpoints.Tests.Journeys;

public sealed class When_a_stay_is_changed
{
    Place place = null!;
    Person guest = null!;
    Guid booking;

    [SetUp]
    public async Task Begin()
    {
        (place, guest) = (await OnSale(), await TheProduct.Running.SignUp());
        booking = await place.Booked(guest, Day(10), Day(13));
    }

    /// <summary>Said before anything is held, and not as a card that was declined.</summary>
    [Test]
    public async Task A_difference_that_no_card_can_be_charged_is_refused()
    {
        await place.Host.Put($"units/{place.UnitId}/prices", new { from = Day(20), to = Day(21), price = Selling.Usd(Night + 43) });

        var refused = await guest.Post(
            $"bookings/{booking}/changes", new { checkIn = Day(20), checkOut = Day(23) }, ("Idempotency-Key", $"{booking}"), ("Prefer", "wait=10"));

        Assert.That((refused.Status, refused.Code, refused["reason"].GetString()), Is.EqualTo((409, "change_refused", "amount_too_small")), refused.Text);
        Assert.That(await place.Claims("change"), Is.Zero);
    }

    /// <summary>P-26: its own nights do not stand in its way.</summary>
    [Test]
    public async Task It_may_move_by_a_day_and_costs_the_same()
    {
        var change = await Change(Day(11), Day(14));
        Assert.That((change.Status, Difference(change)), Is.EqualTo((201, 0)), change.Text);
        Assert.That((await Stay()).From, Is.EqualTo($"{Day(10):O}"), "nothing happens before it is confirmed");

        var confirmed = await Confirm(change);

        Assert.That((confirmed.Status, confirmed["status"].GetString()), Is.EqualTo((200, "applied")), confirmed.Text);
        Assert.That(await Stay(), Is.EqualTo(($"{Day(11):O}", $"{Day(14):O}", Total(nights: 3))));
        Assert.That((await place.Free(Day(10)), await place.Free(Day(13))), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task More_nights_are_paid_with_the_confirmation()
    {
        var change = await Change(Day(10), Day(15));
        Assert.That(Difference(change), Is.EqualTo(Total(nights: 5) - Total(nights: 3)), change.Text);

        var confirmed = await Confirm(change);
        var again = await Confirm(change);

        Assert.That((confirmed.Status, again.Status, again["status"].GetString()), Is.EqualTo((200, 200, "applied")), confirmed.Text);
        Assert.That((await Stay()).Total, Is.EqualTo(Total(nights: 5)));
        Assert.That(await Payment(change, "authorized"), Is.EqualTo(Total(nights: 5) - Total(nights: 3)));
    }

    /// <summary>P-27.</summary>
    [Test]
    public async Task With_a_declined_card_it_stays_as_it_was()
    {
        var change = await Change(Day(10), Day(15));

        var confirmed = await Confirm(change, new { paymentMethodId = Declined });

        Assert.That((confirmed.Status, confirmed.Code), Is.EqualTo((402, "payment_declined")), confirmed.Text);
        Assert.That(await Stay(), Is.EqualTo(($"{Day(10):O}", $"{Day(13):O}", Total(nights: 3))));
        await Eventually.Is(async () => await place.Free(Day(14)) == 1);
        Assert.That(await place.Free(Day(12)), Is.Zero);
    }

    [Test]
    public async Task Fewer_nights_give_back_what_the_policy_says()
    {
        var change = await Change(Day(10), Day(12));

        await Confirm(change);

        Assert.That(Difference(change), Is.EqualTo(Total(nights: 2) - Total(nights: 3)), "flexible, long before arrival: all of it");
        await Eventually.Is(async () => await place.Free(Day(12)) == 1);
        Assert.That(await Refund(), Is.EqualTo(-Difference(change)), "seen at once, also while it is on its way");

        await guest.Post($"bookings/{booking}/cancel", new { }, ("Prefer", "wait=10"));
        Assert.That(await Refund(), Is.EqualTo(Total(nights: 3)), "everything that was ever paid");

        async Task<long> Refund() => (await guest.Get($"bookings/{booking}"))["refund"].GetProperty("amount").GetProperty("amount").GetInt64();
    }

    /// <summary>Flexible: half of the later night, as by cancelling; and what was spent is not for sale any more.</summary>
    [Test]
    public async Task A_stay_that_has_begun_gives_back_what_cancelling_does_and_ends_today_at_the_earliest()
    {
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        place = await OnSale(checkInTime: "00:00");
        booking = await place.Booked(guest, today, today.AddDays(2));

        Assert.That((await Change(today, today.AddDays(-1))).Code, Is.EqualTo("date_past"));
        Assert.That((await Change(today.AddDays(1), today.AddDays(2))).Code, Is.EqualTo("stay_has_begun"));
        await Eventually.Sees(() => guest.Get($"bookings/{booking}"), page => page["status"].GetString() == "in_stay");
        var change = await Change(today, today.AddDays(1));
        var confirmed = await Confirm(change);

        Assert.That((confirmed.Status, Difference(change)), Is.EqualTo((200, -Night / 2)), confirmed.Text);
        Assert.That(await Stay(), Is.EqualTo(($"{today:O}", $"{today.AddDays(1):O}", Total(nights: 2) - Night / 2)));
        var cancelled = await guest.Post($"bookings/{booking}/cancel", new { }, ("Prefer", "wait=10"));
        Assert.That(cancelled["refund"].GetProperty("amount").GetInt64(), Is.Zero);
    }

    [Test]
    public async Task Nights_of_somebody_else_are_refused_with_alternatives()
    {
        await place.Booked(await TheProduct.Running.SignUp(), Day(13), Day(15));

        var change = await Change(Day(11), Day(14));

        Assert.That((change.Status, change.Code), Is.EqualTo((409, "nights_unavailable")), change.Text);
        Assert.That(change["alternatives"].GetArrayLength(), Is.GreaterThan(0));
    }

    [Test]
    public async Task Only_the_guest_may()
    {
        var change = await Change(Day(11), Day(14));
        var stranger = await TheProduct.Running.SignUp();
        var wish = new { checkIn = Day(11), checkOut = Day(14) };

        Assert.That((await place.Host.Post($"bookings/{booking}/changes", wish, ("Idempotency-Key", "k"))).Status, Is.EqualTo(403));
        Assert.That((await stranger.Post($"bookings/{booking}/changes", wish, ("Idempotency-Key", "k"))).Status, Is.EqualTo(404));
        Assert.That((await stranger.Post($"changes/{change["changeId"].GetGuid()}/confirm")).Status, Is.EqualTo(404));
        Assert.That((await stranger.Get($"changes/{change["changeId"].GetGuid()}")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task A_wish_that_makes_no_sense_is_refused_by_its_field()
    {
        Assert.That((await Change(Day(12), Day(11))).WrongFields, Is.EqualTo(new[] { "checkOut" }));
        Assert.That((await Change(Day(10), Day(13))).Code, Is.EqualTo("nothing_changes"));
        Assert.That((await guest.Post($"bookings/{booking}/changes", new { checkIn = Day(11), checkOut = Day(14) })).Status, Is.EqualTo(428));
    }

    /// <summary>One paid night must not keep a calendar out of sale: the nights that the older wish held are free again, or the newer one's.</summary>
    [Test]
    public async Task Another_wish_takes_the_place_of_the_first()
    {
        var first = await Change(Day(10), Day(20));
        var second = await Change(Day(10), Day(16));
        Assert.That((first.Status, second.Status), Is.EqualTo((201, 201)), $"what the first holds does not stand in its way: {second.Text}");

        await Eventually.Is(async () => await place.Free(Day(17)) == 1);
        var late = await Confirm(first);
        Assert.That((late.Status, late.Code, late["reason"].GetString()), Is.EqualTo((409, "change_refused", "replaced")), late.Text);
        Assert.That(await place.Free(Day(15)), Is.Zero);

        Assert.That((await Confirm(second)).Status, Is.EqualTo(200));
        Assert.That(await Stay(), Is.EqualTo(($"{Day(10):O}", $"{Day(16):O}", Total(nights: 6))));
    }

    /// <summary>At once, and not when its time is over; with 3-D Secure pending too. What is then confirmed asks no card for anything.</summary>
    [Test]
    public async Task A_wish_ends_with_its_booking([Values] bool isBeingPaid)
    {
        var change = await Change(Day(10), Day(20));
        if (isBeingPaid) Assert.That((await Confirm(change, new { paymentMethodId = "pm_card_threeDSecure2Required" }))["status"].GetString(), Is.EqualTo("requires_action"));

        await guest.Post($"bookings/{booking}/cancel", new { }, ("Prefer", "wait=10"));

        var page = await Eventually.Sees(() => guest.Get($"changes/{change["changeId"].GetGuid()}"), seen => seen["status"].GetString() == "refused");
        Assert.That(page["reason"].GetString(), Is.EqualTo("booking_cancelled"));
        await Eventually.Is(async () => await place.Free(Day(17)) == 1);
        await place.Booked(await TheProduct.Running.SignUp(), Day(15), Day(18));
        var late = await Confirm(change);
        Assert.That((late.Status, late.Code), Is.EqualTo((409, "change_refused")), late.Text);
        if (isBeingPaid) await Eventually.Is(async () => await Payment(change, "authorized") == 0);
        else Assert.That(await Count(change), Is.Zero, "nobody was asked for money");
    }

    Task<Answer> Change(DateOnly checkIn, DateOnly checkOut) =>
        guest.Post($"bookings/{booking}/changes", new { checkIn, checkOut }, ("Idempotency-Key", $"{Guid.NewGuid()}"), ("Prefer", "wait=10"));

    Task<Answer> Confirm(Answer change, object? body = null) =>
        guest.Post($"changes/{change["changeId"].GetGuid()}/confirm", body, ("Prefer", "wait=10"));

    static long Difference(Answer change) => change["difference"].GetProperty("amount").GetInt64();

    async Task<(string? From, string? Until, long Total)> Stay()
    {
        var (page, price) = (await guest.Get($"bookings/{booking}"), await guest.Get($"bookings/{booking}/price"));
        return (page["checkIn"].GetString(), page["checkOut"].GetString(), price["total"].GetProperty("amount").GetInt64());
    }

    static Task<long> Count(Answer change) => TheProduct.Running.Database.Value<long>(
        $"select count(*) from payment.payment_view where payment_id = '{change["changeId"].GetGuid()}'");

    static Task<long> Payment(Answer change, string column) => TheProduct.Running.Database.Value<long>(
        $"select {column} from payment.payment_view where payment_id = '{change["changeId"].GetGuid()}'");
}
