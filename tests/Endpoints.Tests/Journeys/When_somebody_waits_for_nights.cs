using Npgsql;
using static Roost.Endpoints.Tests.Journeys.Place;

namespace Roost.Endpoints.Tests.Journeys;

public sealed class When_somebody_waits_for_nights
{
    Place place = null!;
    Person guest = null!;
    Person waiting = null!;
    Guid booking;

    [SetUp]
    public async Task Begin()
    {
        (place, guest, waiting) = (await OnSale(), await TheProduct.Running.SignUp(), await TheProduct.Running.SignUp());
        booking = await place.Booked(guest, Day(0), Day(3));
    }

    [Test]
    public async Task They_are_told_their_position_and_why_not_yet()
    {
        var first = await Join(waiting);
        var second = await Join(await TheProduct.Running.SignUp());
        var again = await Join(waiting);

        Assert.That((first.Status, first["position"].GetInt32(), second["position"].GetInt32()), Is.EqualTo((201, 1, 2)), first.Text);
        Assert.That((again.Status, again.Code), Is.EqualTo((409, "already_waiting")));
        var entry = await Entry(waiting, first);
        Assert.That((entry["status"].GetString(), entry["waitsBecause"].GetString(), entry["waitsForNight"].GetString()),
            Is.EqualTo(("waiting", "nights_not_free", $"{Day(0):O}")));
    }

    /// <summary>P-75, P-79: what comes free is theirs, and for nobody else to see.</summary>
    [Test]
    public async Task They_are_offered_what_comes_free_before_anybody_else()
    {
        var entry = await Join(waiting);
        await Cancelled();
        var offered = await Eventually.Sees(() => Entry(waiting, entry), seen => seen["status"].GetString() == "offered");
        Assert.That((await place.Quote(guest, Day(0), Day(3))).Code, Is.EqualTo("nights_unavailable"), "nobody else gets them meanwhile");
        Assert.That(offered["offer"].GetProperty("expiresAt").GetDateTimeOffset(), Is.GreaterThan(DateTimeOffset.UtcNow));

        var booked = await Accept(waiting, entry);

        Assert.That((booked.Status, booked["status"].GetString()), Is.EqualTo((201, "confirmed")), booked.Text);
        Assert.That((await Entry(waiting, entry))["status"].GetString(), Is.EqualTo("booked"));
        Assert.That((await place.Claims("booking"), await place.Claims("offer")), Is.EqualTo((1, 0)));
    }

    /// <summary>The offer is used up and the nights go on; nobody is told of a stay that there is not.</summary>
    [Test]
    public async Task An_offer_that_could_not_be_paid_is_over_and_not_booked()
    {
        var entry = await Join(waiting);
        await Cancelled();
        await Eventually.Sees(() => Entry(waiting, entry), seen => seen["status"].GetString() == "offered");

        var declined = await waiting.Post($"waitlist/{entry["entryId"].GetGuid()}/accept", new { paymentMethodId = Declined }, ("Prefer", "wait=10"));

        Assert.That((declined.Status, declined.Code), Is.EqualTo((402, "payment_declined")), declined.Text);
        var seen = await Entry(waiting, entry);
        Assert.That(seen["status"].GetString(), Is.EqualTo("lapsed"), seen.Text);
    }

    [TestCase("accept", "booked")]
    [TestCase("decline", "lapsed")]
    public async Task An_offer_is_booked_when_the_host_who_is_asked_says_yes(string answer, string status)
    {
        (place, guest) = (await OnSale(instantBook: false), await TheProduct.Running.SignUp());
        booking = (await place.Book(guest, Day(0), Day(3)))["bookingId"].GetGuid();
        var entry = await Join(waiting);
        await Cancelled();
        await Eventually.Sees(() => Entry(waiting, entry), seen => seen["status"].GetString() == "offered");

        var asked = await Accept(waiting, entry);
        Assert.That((await Entry(waiting, entry))["status"].GetString(), Is.EqualTo("accepted"), asked.Text);
        await place.Host.Post($"bookings/{asked["bookingId"].GetGuid()}/{answer}", headers: ("Prefer", "wait=10"));

        await Eventually.Sees(() => Entry(waiting, entry), seen => seen["status"].GetString() == status);
    }

    /// <summary>P-76: an offer serves once; what is given back goes to the next in line.</summary>
    [Test]
    public async Task An_offer_that_was_used_is_not_served_again()
    {
        var (entry, next) = (await Join(waiting), await TheProduct.Running.SignUp());
        var nextEntry = await Join(next);
        await Cancelled();
        await Eventually.Sees(() => Entry(waiting, entry), seen => seen["status"].GetString() == "offered");
        var booked = await Accept(waiting, entry);

        var cancelled = await waiting.Post($"bookings/{booked["bookingId"].GetGuid()}/cancel", new { reason = "ill" }, ("Prefer", "wait=10"));

        Assert.That(cancelled.Status, Is.EqualTo(202), cancelled.Text);
        await Eventually.Sees(() => Entry(next, nextEntry), seen => seen["status"].GetString() == "offered");
        var again = await Accept(waiting, entry);
        Assert.That(again["bookingId"].GetGuid(), Is.EqualTo(booked["bookingId"].GetGuid()), "the same, ended booking; no new one");
        Assert.That((again.Status, again.Code, again["detail"].GetString()), Is.EqualTo((409, "booking_cancelled", "The booking was confirmed, and has ended since.")));
        Assert.That((await place.Claims("booking"), await place.Claims("offer")), Is.EqualTo((0, 1)));
    }

    /// <summary>P-28: five clicks are one place in the line.</summary>
    [Test]
    public async Task Joining_five_times_at_once_is_one_entry()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Join(waiting)));

        Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo(new[] { 201, 409, 409, 409, 409 }));
        Assert.That(answers.Select(answer => answer["entryId"].GetGuid()).Distinct().Count(), Is.EqualTo(1), "whoever comes later is told which one it is");
        Assert.That(await TheProduct.Running.Database.Value<long>($"select count(*) from web.waitlist where guest_id = '{waiting.Id}'"), Is.EqualTo(1));
    }

    /// <summary>P-28, P-76.</summary>
    [Test]
    public async Task Accepting_five_times_at_once_is_one_booking()
    {
        var entry = await Join(waiting);
        await Cancelled();
        await Eventually.Sees(() => Entry(waiting, entry), seen => seen["status"].GetString() == "offered");

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Accept(waiting, entry)));

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(201), string.Join('\n', answers.Select(answer => answer.Text)));
        Assert.That(answers.Select(answer => answer["bookingId"].GetGuid()).Distinct().Count(), Is.EqualTo(1));
        Assert.That((await place.Claims("booking"), await place.Claims("offer")), Is.EqualTo((1, 0)));
    }

    /// <summary>P-77: and the answer says what is the matter, before the calendar has heard of it and after.</summary>
    [Test]
    public async Task An_offer_ends_when_the_place_is_taken_off_sale()
    {
        var entry = await Join(waiting);
        await Cancelled();
        await Eventually.Sees(() => Entry(waiting, entry), seen => seen["status"].GetString() == "offered");

        Assert.That((await place.Host.Post($"listings/{place.ListingId}/deactivate")).Status, Is.EqualTo(204));

        var refused = await Accept(waiting, entry);
        Assert.That((refused.Status, refused.Code), Is.EqualTo((409, "listing_not_active")).Or.EqualTo((409, "no_offer")), refused.Text);
        await Eventually.Sees(() => Entry(waiting, entry), seen => seen["status"].GetString() == "lapsed");
        Assert.That((await Accept(waiting, entry)).Code, Is.EqualTo("no_offer"));
        Assert.That((await place.Claims("offer"), await place.Claims("booking")), Is.EqualTo((0, 0)));
    }

    /// <summary>P-75: the promise ends with its deadline. The offer was open when it was accepted; the calendar, which was busy, decides.</summary>
    [Test]
    public async Task An_offer_that_ends_on_the_way_to_the_calendar_is_not_booked()
    {
        var entry = await Join(waiting);
        await Cancelled();
        await Eventually.Sees(() => Entry(waiting, entry), seen => seen["status"].GetString() == "offered");
        await using var calendar = await TheProduct.Running.Database.Open();
        await using var busy = new NpgsqlCommand($"begin; select from calendar.units where id = '{place.UnitId}' for update", calendar);
        await busy.ExecuteNonQueryAsync();

        var accepting = Accept(waiting, entry);
        await Eventually.Is(() => TheProduct.Running.Database.Value<bool>($"select exists (select from web.bookings where guest_id = '{waiting.Id}')"));
        await TheProduct.Running.Database.Execute($"update calendar.claims set expires_at = now() where unit_id = '{place.UnitId}' and kind = 'offer'");
        await calendar.CloseAsync();

        var refused = await accepting;
        Assert.That((refused.Status, refused.Code, refused["reason"].GetString()), Is.EqualTo((409, "nights_unavailable", "offer_ended")), refused.Text);
        Assert.That((await Entry(waiting, entry))["status"].GetString(), Is.EqualTo("lapsed"));
    }

    /// <summary>P-75: also when such a short stay is not sold to anybody else by now.</summary>
    [Test]
    public async Task An_offer_stands_though_the_host_closes_its_nights()
    {
        var entry = await Join(waiting);
        await Cancelled();
        await Eventually.Sees(() => Entry(waiting, entry), seen => seen["status"].GetString() == "offered");

        await place.Host.Put($"units/{place.UnitId}/prices", new { from = Day(0), to = Day(3), closed = true, minNights = 5 });

        var booked = await Accept(waiting, entry);
        Assert.That(booked.Status, Is.EqualTo(201), booked.Text);
    }

    /// <summary>P-77, P-78: what the host has closed is offered to nobody, and that is what they wait for.</summary>
    [Test]
    public async Task Nights_that_the_host_has_closed_are_offered_once_they_are_open_again()
    {
        var entry = await Join(waiting);
        await place.Host.Put($"units/{place.UnitId}/prices", new { from = Day(1), to = Day(2), closed = true });
        await Cancelled();
        await Eventually.Is(async () => await place.Claims("booking") == 0);

        var seen = await Entry(waiting, entry);
        Assert.That((seen["status"].GetString(), seen["waitsBecause"].GetString(), seen["waitsForNight"].GetString()),
            Is.EqualTo(("waiting", "sale_closed", $"{Day(1):O}")), seen.Text);
        Assert.That((await Accept(waiting, entry)).Code, Is.EqualTo("no_offer"));

        await place.Host.Put($"units/{place.UnitId}/prices", new { from = Day(1), to = Day(2), closed = false });
        await Eventually.Sees(() => Entry(waiting, entry), again => again["status"].GetString() == "offered");
    }

    /// <summary>P-75: on the day of arrival a stay is still sold, and so still worth waiting for, when the hour of arrival is over.</summary>
    [Test]
    public async Task Tonight_can_be_waited_for_until_the_day_is_over()
    {
        place = await OnSale(checkInTime: "00:00");
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var block = await place.Host.Post($"units/{place.UnitId}/blocks", new { from = today, to = today.AddDays(1) });
        var entry = await waiting.Post("waitlist", new { unitId = place.UnitId, checkIn = today, checkOut = today.AddDays(1), quantity = 1, paymentMethodId = Visa });
        Assert.That(entry.Status, Is.AnyOf(201, 202), entry.Text);

        await place.Host.Ask(HttpMethod.Delete, $"blocks/{block["blockId"].GetGuid()}");
        await Eventually.Sees(() => Entry(waiting, entry), seen => seen["status"].GetString() == "offered");
        var booked = await Accept(waiting, entry);

        Assert.That(booked.Status, Is.EqualTo(201), booked.Text);
    }

    [Test]
    public async Task Who_leaves_gives_the_offer_to_the_next()
    {
        var (entry, next) = (await Join(waiting), await TheProduct.Running.SignUp());
        var nextEntry = await Join(next);
        await Cancelled();
        await Eventually.Sees(() => Entry(waiting, entry), seen => seen["status"].GetString() == "offered");

        var left = await waiting.Ask(HttpMethod.Delete, $"waitlist/{entry["entryId"].GetGuid()}");

        Assert.That(left.Status, Is.EqualTo(204));
        await Eventually.Sees(() => Entry(next, nextEntry), seen => seen["status"].GetString() == "offered");
        Assert.That((await Accept(waiting, entry)).Code, Is.EqualTo("no_offer"));
    }

    [Test]
    public async Task Nights_that_are_free_are_booked_and_not_waited_for()
    {
        var answer = await waiting.Post("waitlist", new { unitId = place.UnitId, checkIn = Day(5), checkOut = Day(6), quantity = 1 });

        Assert.That((answer.Status, answer.Code), Is.EqualTo((409, "nights_available")));
    }

    [Test]
    public async Task An_entry_is_nobody_elses_business()
    {
        var entry = await Join(waiting);

        Answer[] answers =
        [
            await Entry(guest, entry), await Accept(guest, entry), await guest.Ask(HttpMethod.Delete, $"waitlist/{entry["entryId"].GetGuid()}"),
        ];

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(404));
    }

    Task<Answer> Join(Person person) => person.Post(
        "waitlist", new { unitId = place.UnitId, checkIn = Day(0), checkOut = Day(3), quantity = 1, paymentMethodId = Visa }, ("Prefer", "wait=10"));

    static Task<Answer> Entry(Person person, Answer joined) => person.Get($"waitlist/{joined["entryId"].GetGuid()}");

    static Task<Answer> Accept(Person person, Answer joined) =>
        person.Post($"waitlist/{joined["entryId"].GetGuid()}/accept", headers: ("Prefer", "wait=10"));

    async Task Cancelled()
    {
        var answer = await guest.Post($"bookings/{booking}/cancel", new { reason = "other plans" }, ("Prefer", "wait=10"));
        Assert.That((answer.Status, answer["status"].GetString()), Is.EqualTo((202, "cancelled")), answer.Text);
    }
}
