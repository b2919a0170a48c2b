using static Roost.Endpoints.Tests.Journeys.Place;

namespace Roost.Endpoints.Tests.Journeys;

/// <summary>Each is answered with the field that is wrong, and leaves nothing behind.</summary>
public sealed class When_a_request_makes_no_sense
{
    static readonly DateOnly today = DateOnly.FromDateTime(DateTime.UtcNow);
    Place place = null!;
    Person guest = null!;
    Guid? booking;

    [OneTimeSetUp]
    public async Task Begin()
    {
        (place, guest) = (await OnSale(capacity: 3), await TheProduct.Running.SignUp());
        await place.Host.Put($"units/{place.UnitId}/prices", new { from = Day(0), to = Day(10), reason = "so that there are rows to touch", closed = false });
    }

    static object[][] Stays() =>
    [
        ["reversed", Day(5), Day(3), 1, 1, "checkOut"],
        ["empty", Day(5), Day(5), 1, 1, "checkOut"],
        ["past", today.AddDays(-2), today.AddDays(1), 1, 1, "checkIn"],
        ["too long", Day(0), Day(31), 1, 1, "checkOut"],
        ["endless", Day(0), DateOnly.MaxValue, 1, 1, "checkOut"],
        ["beyond the horizon", today.AddDays(731), today.AddDays(733), 1, 1, "checkIn"],
        ["over the horizon", today.AddDays(728), today.AddDays(732), 1, 1, "checkOut"],
        ["none", Day(0), Day(2), 0, 1, "quantity"],
        ["fewer than none", Day(0), Day(2), -1, 1, "quantity"],
        ["more than there are", Day(0), Day(2), 4, 1, "quantity"],
        ["too many guests", Day(0), Day(2), 1, 5, "guests"],
        ["nobody", Day(0), Day(2), 1, 0, "guests.adults"],
    ];

    [TestCaseSource(nameof(Stays))]
    public async Task A_stay_is_refused_by_its_field(string what, DateOnly checkIn, DateOnly checkOut, int quantity, int adults, string field)
    {
        var before = await Traces();
        var body = new { unitId = place.UnitId, checkIn, checkOut, quantity, guests = new { adults } };

        Answer[] answers = [await guest.Post("quotes", body), await guest.Post("waitlist", body)];

        foreach (var answer in answers) Assert.That(Refusal(answer), Is.EqualTo(field), $"{what}: {answer.Text}");
        Assert.That(await Traces(), Is.EqualTo(before));
    }

    static object[][] Changes() =>
    [
        ["reversed", Day(42), Day(40), 1, "checkOut"],
        ["empty", Day(40), Day(40), 1, "checkOut"],
        ["past", today.AddDays(-2), today.AddDays(1), 1, "checkIn"],
        ["endless", Day(40), DateOnly.MaxValue, 1, "checkOut"],
        ["beyond the horizon", today.AddDays(731), today.AddDays(733), 1, "checkIn"],
        ["none", Day(40), Day(42), 0, "quantity"],
        ["more than there are", Day(40), Day(42), 4, "quantity"],
    ];

    [TestCaseSource(nameof(Changes))]
    public async Task A_change_is_refused_by_its_field(string what, DateOnly checkIn, DateOnly checkOut, int quantity, string field)
    {
        booking ??= await Booked();
        var before = await Traces();

        var answer = await guest.Post($"bookings/{booking}/changes", new { checkIn, checkOut, quantity }, ("Idempotency-Key", $"{Guid.NewGuid()}"));

        Assert.That(Refusal(answer), Is.EqualTo(field), $"{what}: {answer.Text}");
        Assert.That(await Traces(), Is.EqualTo(before));
    }

    async Task<Guid> Booked()
    {
        var bookingId = (await place.Book(guest, Day(40), Day(41)))["bookingId"].GetGuid();
        await Eventually.Sees(() => guest.Get($"bookings/{bookingId}"), page => page["status"].GetString() == "confirmed");
        return bookingId;
    }

    static object[][] WrongDays() =>
    [
        [Day(4), Day(5), "checkIn"],
        [Day(5), Day(7), "checkOut"],
        [Day(4), Day(6), "checkIn,checkOut"],
    ];

    [TestCaseSource(nameof(WrongDays))]
    public async Task A_ticket_is_refused_for_another_day(DateOnly checkIn, DateOnly checkOut, string fields)
    {
        var ticket = await place.Host.Sells("event", capacity: 10, date: Day(5));
        var body = new { unitId = ticket, checkIn, checkOut, quantity = 1, guests = new { adults = 1 } };

        Answer[] answers = [await guest.Post("quotes", body), await guest.Post("waitlist", body)];

        foreach (var answer in answers) Assert.That(Refusal(answer), Is.EqualTo(fields), answer.Text);
    }

    [Test]
    public async Task An_unknown_unit_is_refused_by_its_field()
    {
        var body = new { unitId = Guid.NewGuid(), checkIn = Day(0), checkOut = Day(2), quantity = 1, guests = new { adults = 1 } };

        Answer[] answers = [await guest.Post("quotes", body), await guest.Post("waitlist", body)];

        foreach (var answer in answers) Assert.That(Refusal(answer), Is.EqualTo("unitId"), answer.Text);
    }

    [Test]
    public async Task A_quote_that_is_unknown_or_not_ones_own_or_over_books_nothing()
    {
        var others = await place.Quoted(await TheProduct.Running.SignUp(), Day(0), Day(2));
        var before = await Traces();

        foreach (var quote in new[] { Guid.NewGuid(), others })
        {
            var answer = await Book(guest, quote);
            Assert.That(Refusal(answer), Is.EqualTo("quoteId"), answer.Text);
        }
        Assert.That(await Traces(), Is.EqualTo(before));
    }

    static object[][] Ranges() =>
    [
        ["reversed", Day(5), Day(3), "to"],
        ["empty", Day(5), Day(5), "to"],
        ["past", today.AddDays(-2), today.AddDays(1), "from"],
        ["beyond the horizon", Day(0), today.AddDays(731), "to"],
    ];

    [TestCaseSource(nameof(Ranges))]
    public async Task A_hosts_range_is_refused_by_its_field(string what, DateOnly from, DateOnly to, string field)
    {
        var before = await Traces();

        Answer[] answers =
        [
            await place.Host.Post($"units/{place.UnitId}/blocks", new { from, to }),
            await place.Host.Put($"units/{place.UnitId}/prices", new { from, to, closed = true }),
        ];

        foreach (var answer in answers) Assert.That(Refusal(answer), Is.EqualTo(field), $"{what}: {answer.Text}");
        Assert.That(await Traces(), Is.EqualTo(before));
    }

    static object[][] Settings() =>
    [
        [new { from = Day(0), to = Day(1) }, "price"],
        [new { from = Day(0), to = Day(1), price = Selling.Usd(-1) }, "price"],
        [new { from = Day(0), to = Day(1), price = new { amount = 100, currency = "EUR" } }, "price"],
        [new { from = Day(0), to = Day(1), minNights = 0 }, "minNights"],
        [new { from = Day(0), to = Day(1), minNights = 31 }, "minNights"],
        [new { from = Day(0), to = Day(1), closed = true, available = 3 }, "available"],
    ];

    [TestCaseSource(nameof(Settings))]
    public async Task Settings_of_nights_are_refused_by_their_field(object body, string field)
    {
        var answer = await place.Host.Put($"units/{place.UnitId}/prices", body);

        Assert.That(Refusal(answer), Is.EqualTo(field), answer.Text);
    }

    [TestCase("from=2020-01-01&to=2020-01-05", "from")]
    [TestCase("from=9999-12-31&to=9999-12-31", "to,from")]
    [TestCase("from=soon", "from")]
    public async Task A_calendar_is_shown_for_days_that_make_sense(string range, string fields)
    {
        var answer = await guest.Get($"units/{place.UnitId}/calendar?{range}");

        Assert.That(Refusal(answer), Is.EqualTo(fields), answer.Text);
    }

    /// <summary>The fields that a 422 names.</summary>
    static string Refusal(Answer answer) => answer.Status == 422 ? string.Join(',', answer.WrongFields) : answer.ToString();

    /// <summary>
    /// P-10: every row of the place and of the guest, with the transaction that wrote it and the one that locked it last: an update to the same values, or a lock that
    /// is gone again, leaves its number there.
    /// </summary>
    async Task<string> Traces()
    {
        var traces = new List<string>();
        foreach (var (table, whose) in Watched)
        {
            traces.Add($"{table}: " + await TheProduct.Running.Database.Value<string>(
                $"select count(*) || ' ' || coalesce(md5(string_agg(concat_ws(' ', t.ctid, t.xmin, t.xmax, t), ',' order by t.tableoid, t.ctid)), '') from {table} t where {whose}"));
        }
        return string.Join('\n', traces);
    }

    (string Table, string Whose)[] Watched =>
    [
        ("web.listings", $"id = '{place.ListingId}'"), ("web.units", $"listing_id = '{place.ListingId}'"), ("web.quotes", $"guest_id = '{guest.Id}'"),
        ("web.bookings", $"guest_id = '{guest.Id}'"), ("web.changes", $"guest_id = '{guest.Id}'"), ("web.waitlist", $"guest_id = '{guest.Id}'"), ("web.idempotency", $"caller in ('{guest.Id}', '{place.Host.Id}')"),
        ("calendar.units", $"id = '{place.UnitId}'"), ("calendar.nights", $"unit_id = '{place.UnitId}'"), ("calendar.claims", $"unit_id = '{place.UnitId}'"),
        ("calendar.watchers", $"unit_id = '{place.UnitId}'"), ("calendar.changes", $"unit_id = '{place.UnitId}'"),
    ];

    /// <summary>Otherwise the tests above would prove nothing.</summary>
    [TestCase("update calendar.units set version = version where id = '{unit}'")]
    [TestCase("select from calendar.nights where unit_id = '{unit}' for update")]
    [TestCase("select from web.listings where id = '{listing}' for share")]
    public async Task What_is_touched_without_a_change_is_noticed(string touch)
    {
        var before = await Traces();

        await TheProduct.Running.Database.Execute(touch.Replace("{unit}", $"{place.UnitId}").Replace("{listing}", $"{place.ListingId}"));

        Assert.That(await Traces(), Is.Not.EqualTo(before));
    }
}
