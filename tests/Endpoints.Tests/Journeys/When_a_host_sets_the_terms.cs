using static Roost.Endpoints.Tests.Journeys.Place;

namespace Roost.Endpoints.Tests.Journeys;

public sealed class When_a_host_sets_the_terms
{
    [Test]
    public async Task Prices_of_single_nights_are_seen_and_quoted_at_once()
    {
        var (place, guest) = (await OnSale(), await TheProduct.Running.SignUp());

        var set = await place.Host.Put($"units/{place.UnitId}/prices", new { from = Day(1), to = Day(2), price = Selling.Usd(25_000), reason = "fair" });

        Assert.That(set.Status, Is.EqualTo(204), set.Text);
        var calendar = await guest.Get($"units/{place.UnitId}/calendar?from={Day(0):O}&to={Day(3):O}");
        Assert.That(calendar["nights"].EnumerateArray().Select(night => night.GetProperty("price").GetProperty("amount").GetInt64()),
            Is.EqualTo(new[] { Night, 25_000, Night }));
        var quote = await place.Quote(guest, Day(0), Day(3));
        Assert.That(quote["accommodation"].GetProperty("amount").GetInt64(), Is.EqualTo(2 * Night + 25_000));
    }

    /// <summary>One night can be all that a guest pays for, and the card would be declined whoever he is.</summary>
    [TestCase(0)]
    [TestCase(49)]
    public async Task A_price_that_no_card_can_be_charged_is_refused(long amount)
    {
        var place = await OnSale(capacity: 3);

        Answer[] refused =
        [
            await place.Host.Post($"listings/{place.ListingId}/units", Unit(capacity: 1, amount)), await place.Host.Put($"units/{place.UnitId}", Unit(capacity: 3, amount)),
            await place.Host.Put($"units/{place.UnitId}/prices", new { from = Day(1), to = Day(2), price = Selling.Usd(amount) }),
        ];

        Assert.That(refused.Select(it => (it.Status, it.Code)), Is.All.EqualTo((422, "too_small")), string.Join('\n', refused.Select(it => it.Text)));
        Assert.That(refused.SelectMany(it => it.WrongFields), Is.EqualTo(new[] { "basePrice", "basePrice", "price" }));
    }

    [Test]
    public async Task The_least_that_a_card_can_be_charged_is_a_price()
    {
        var (host, guest) = (await TheProduct.Running.SignUp("host"), await TheProduct.Running.SignUp());
        var ticket = await host.Lists("event", new { name = "Seat", capacity = 5, maxGuests = 1, basePrice = Selling.Usd(50), date = Day(0) }, capacity: 5, date: Day(0));

        var quote = await guest.Post("quotes", new { unitId = ticket.UnitId, checkIn = Day(0), checkOut = Day(1), guests = new { adults = 1 } });
        var booking = await Book(guest, quote["quoteId"].GetGuid());

        Assert.That(booking.Status, Is.EqualTo(201), booking.Text);
    }

    /// <summary>P-95: what was quoted is what is paid.</summary>
    [Test]
    public async Task A_quote_keeps_its_price()
    {
        var (place, guest) = (await OnSale(), await TheProduct.Running.SignUp());
        var quote = await place.Quoted(guest, Day(0), Day(2));

        await place.Host.Put($"units/{place.UnitId}/prices", new { from = Day(0), to = Day(2), price = Selling.Usd(90_000) });
        var booking = await Book(guest, quote);

        var page = await guest.Get($"bookings/{booking["bookingId"].GetGuid()}/price");
        Assert.That(page["total"].GetProperty("amount").GetInt64(), Is.EqualTo(Total(nights: 2)), page.Text);
    }

    [Test]
    public async Task Closed_nights_and_longer_stays_are_kept_to()
    {
        var (place, guest) = (await OnSale(), await TheProduct.Running.SignUp());

        await place.Host.Put($"units/{place.UnitId}/prices", new { from = Day(0), to = Day(1), closed = true });
        await place.Host.Put($"units/{place.UnitId}/prices", new { from = Day(5), to = Day(6), minNights = 3 });

        var closed = await place.Quote(guest, Day(0), Day(2));
        Assert.That((closed.Status, closed.Code, closed["reason"].GetString()), Is.EqualTo((409, "nights_unavailable", "closed")), closed.Text);
        Assert.That(closed.Text, Does.Not.Contain("Somebody else"), "nobody has them");
        Assert.That((await place.Quote(guest, Day(5), Day(7))).Code, Is.EqualTo("stay_too_short"));
        Assert.That((await place.Quote(guest, Day(4), Day(7))).Status, Is.EqualTo(201));
    }

    /// <summary>P-30: a quote is a promise of the price. Whether the nights can be had is decided when they are booked, by the rules of that moment.</summary>
    [TestCase("closed")]
    [TestCase("stay_too_short")]
    public async Task What_the_host_stopped_selling_is_not_sold_to_who_has_a_quote(string reason)
    {
        var (place, guest) = (await OnSale(), await TheProduct.Running.SignUp());
        var quote = await place.Quoted(guest, Day(0), Day(2));
        await place.Host.Put($"units/{place.UnitId}/prices", new { from = Day(0), to = Day(2), closed = reason == "closed", minNights = reason == "closed" ? 1 : 3 });

        var refused = await Book(guest, quote);

        Assert.That((refused.Status, refused.Code, refused["reason"].GetString()), Is.EqualTo((409, "nights_unavailable", reason)), refused.Text);
        Assert.That(refused.Text, Does.Not.Contain("Somebody else"), "nobody has them");
        Assert.That(refused["alternatives"].GetArrayLength(), Is.GreaterThan(0), "days that can be had");
        Assert.That(await place.Claims("hold") + await place.Claims("booking"), Is.Zero);
    }

    /// <summary>P-30: the same for the unit as a whole.</summary>
    [Test]
    public async Task A_longer_stay_that_the_unit_asks_for_by_now_is_kept_to()
    {
        var (place, guest) = (await OnSale(capacity: 3), await TheProduct.Running.SignUp());
        var quote = await place.Quoted(guest, Day(0), Day(2));
        await place.Host.Put($"units/{place.UnitId}", Unit(capacity: 3, minNights: 4));
        await Eventually.Is(async () => await TheProduct.Running.Database.Value<int>($"select min_nights from calendar.units where id = '{place.UnitId}'") == 4);

        var refused = await Book(guest, quote);

        Assert.That((refused.Status, refused.Code, refused["reason"].GetString()), Is.EqualTo((409, "nights_unavailable", "stay_too_short")), refused.Text);
    }

    [Test]
    public async Task A_change_into_closed_nights_says_so()
    {
        var (place, guest) = (await OnSale(), await TheProduct.Running.SignUp());
        var booking = await place.Booked(guest, Day(0), Day(2));
        await place.Host.Put($"units/{place.UnitId}/prices", new { from = Day(2), to = Day(3), closed = true });

        var refused = await guest.Post(
            $"bookings/{booking}/changes", new { checkIn = Day(0), checkOut = Day(3) }, ("Idempotency-Key", $"{booking}"), ("Prefer", "wait=10"));

        Assert.That((refused.Status, refused.Code, refused["reason"].GetString()), Is.EqualTo((409, "nights_unavailable", "closed")), refused.Text);
    }

    /// <summary>P-24.</summary>
    [Test]
    public async Task There_cannot_be_fewer_than_are_sold()
    {
        var (place, guest) = (await OnSale(capacity: 3), await TheProduct.Running.SignUp());
        await place.Booked(guest, Day(0), Day(2), quantity: 2);

        var tooFew = await place.Host.Put($"units/{place.UnitId}", Unit(1));
        var enough = await place.Host.Put($"units/{place.UnitId}", Unit(2));

        Assert.That((tooFew.Status, tooFew.Code, enough.Status), Is.EqualTo((409, "capacity_below_sold", 204)), tooFew.Text);
        Assert.That((await place.Free(Day(0)), await place.Free(Day(5))), Is.EqualTo((0, 2)));
    }

    /// <summary>P-24: the booking of the same moment wins, and the listing says so although nobody waits for the answer.</summary>
    [Test]
    public async Task A_size_that_was_refused_is_put_right_by_itself()
    {
        var (place, guest) = (await OnSale(capacity: 3), await TheProduct.Running.SignUp());
        var quote = await place.Quoted(guest, Day(0), Day(2), quantity: 2);
        await using var calendar = await TheProduct.Running.Database.Open();
        await using var atWork = new Npgsql.NpgsqlCommand($"begin; select from calendar.units where id = '{place.UnitId}' for update", calendar);
        await atWork.ExecuteNonQueryAsync();
        var booking = Book(guest, quote);
        await Eventually.Is(async () => await TheProduct.Running.Database.Value<long>("select count(*) from pg_stat_activity where datname = current_database() and application_name = 'calendar-clerk' and wait_event_type = 'Lock'") > 0);

        var asked = await place.Host.Ask(HttpMethod.Put, $"units/{place.UnitId}", Unit(1), at: null, ("Prefer", "wait=1"));
        Assert.That((asked.Status, await Capacity()), Is.EqualTo((202, 1)), asked.Text);
        await calendar.CloseAsync();

        await booking;
        await Eventually.Is(async () => await place.Claims("booking") == 1);
        await Eventually.Is(async () => await Capacity() == 3);

        async Task<int> Capacity() => (await guest.Get($"listings/{place.ListingId}"))["units"][0].GetProperty("capacity").GetInt32();
    }

    [Test]
    public async Task A_month_shows_each_unit_night_by_night()
    {
        var (place, guest) = (await OnSale(capacity: 3), await TheProduct.Running.SignUp());
        await place.Booked(guest, Day(0), Day(1));

        var month = await guest.Get($"listings/{place.ListingId}/availability?month={Day(0):yyyy-MM}");

        var nights = month["units"][0].GetProperty("nights");
        Assert.That(nights.GetArrayLength(), Is.EqualTo(DateTime.DaysInMonth(Day(0).Year, Day(0).Month)));
        Assert.That(nights[Day(0).Day - 1].GetProperty("available").GetInt32(), Is.EqualTo(2));
    }
}
