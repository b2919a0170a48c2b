using static Roost.Endpoints.Tests.Journeys.Place;

namespace Roost.Endpoints.Tests.Journeys;

public sealed class When_the_host_wants_to_be_asked
{
    Place place = null!;
    Person guest = null!;
    Guid booking;

    [SetUp]
    public async Task Begin()
    {
        (place, guest) = (await OnSale(instantBook: false), await TheProduct.Running.SignUp());
        var asked = await place.Book(guest, Day(0), Day(2));
        Assert.That((asked.Status, asked["status"].GetString()), Is.EqualTo((202, "awaiting_host")), asked.Text);
        booking = asked["bookingId"].GetGuid();
    }

    /// <summary>P-20: the request keeps its nights while the host thinks.</summary>
    [Test]
    public async Task The_nights_are_kept_meanwhile() =>
        Assert.That((await place.Quote(await TheProduct.Running.SignUp(), Day(1), Day(3))).Code, Is.EqualTo("nights_unavailable"));

    [Test]
    public async Task A_yes_confirms_the_stay()
    {
        var accepted = await place.Host.Post($"bookings/{booking}/accept", headers: ("Prefer", "wait=10"));

        Assert.That((accepted.Status, accepted["status"].GetString()), Is.EqualTo((202, "confirmed")), accepted.Text);
        Assert.That(await place.Claims("booking"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_no_gives_nights_and_money_back()
    {
        var declined = await place.Host.Post($"bookings/{booking}/decline", new { reason = "family visits" }, ("Prefer", "wait=10"));

        Assert.That((declined.Status, declined["status"].GetString()), Is.EqualTo((202, "declined")), declined.Text);
        await Eventually.Is(async () => await place.Free(Day(0)) == 1);
        await Eventually.Sees(() => guest.Get($"bookings/{booking}"), page => page["payment"].GetProperty("status").GetString() == "voided");
    }

    /// <summary>P-20: both clicks are the same yes.</summary>
    [Test]
    public async Task Two_yeses_at_once_accept_once()
    {
        var answers = await Task.WhenAll(Answer("accept"), Answer("accept"), Answer("accept"));

        Assert.That(answers.Select(answer => answer.Status), Is.All.AnyOf(202, 409));
        Assert.That(answers.Where(answer => answer.Status == 202).Select(answer => answer["status"].GetString()), Is.Not.Empty.And.All.EqualTo("confirmed"));
        Assert.That(answers.Where(answer => answer.Status == 409).Select(answer => answer["bookingStatus"].GetString()), Is.All.AnyOf("confirmed", "awaiting_payment"));
        Assert.That((await place.Claims("booking"), await place.Claims("hold")), Is.EqualTo((1, 0)));
        Assert.That(await TheProduct.Running.Database.Value<long>($"select authorized from payment.payment_view where payment_id = '{booking}'"), Is.EqualTo(Total(nights: 2)));
    }

    /// <summary>P-20: what the host sees is a moment old; whoever was quicker decides, and the other is told what came of it.</summary>
    [TestCase("decline", "declined", "accept")]
    [TestCase("cancel", "cancelled", "accept")]
    [TestCase("cancel", "cancelled", "decline")]
    public async Task Who_answers_too_late_is_told_the_outcome(string first, string outcome, string second)
    {
        await using var view = await TheProduct.Running.Database.Open();
        await using var old = new Npgsql.NpgsqlCommand($"begin; select from reservation.bookings where booking_id = '{booking}' for update", view);
        await old.ExecuteNonQueryAsync(); // nobody sees yet what happens to the booking
        var quicker = first == "cancel" ? guest.Post($"bookings/{booking}/cancel", new { }, ("Prefer", "wait=10")) : Answer(first);
        await Eventually.Is(async () => await place.Claims("hold") == 0);

        var slower = Answer(second, key: $"{booking}");
        await Eventually.Is(async () => await TheProduct.Running.Database.Value<long>($"select count(*) from web.idempotency where key = '{booking}'") == 1);
        await view.CloseAsync();

        Assert.That(((await quicker).Status, (await quicker)["status"].GetString()), Is.EqualTo((202, outcome)));
        var told = await slower;
        Assert.That((told.Status, told.Code, told["bookingStatus"].GetString()), Is.EqualTo((409, "not_awaiting_host", outcome)), told.Text);
    }

    /// <summary>P-20: a request has its nights, so the other one for them is declined before it becomes pending, and its card is left alone.</summary>
    [Test]
    public async Task Of_two_requests_at_once_one_waits_and_the_other_is_declined()
    {
        var guests = await Task.WhenAll(TheProduct.Running.SignUp(), TheProduct.Running.SignUp());
        var quotes = await Task.WhenAll(place.Quoted(guests[0], Day(10), Day(12)), place.Quoted(guests[1], Day(11), Day(13)));

        var answers = await Task.WhenAll(Book(guests[0], quotes[0]), Book(guests[1], quotes[1]));

        var (winner, loser) = answers[0].Status == 202 ? (0, 1) : (1, 0);
        Assert.That((answers[winner].Status, answers[winner]["status"].GetString()), Is.EqualTo((202, "awaiting_host")), answers[winner].Text);
        Assert.That((answers[loser].Status, answers[loser].Code), Is.EqualTo((409, "nights_unavailable")), answers[loser].Text);
        var declined = (await guests[loser].Get("bookings"))["items"][0].GetProperty("bookingId").GetGuid();
        Assert.That(await TheProduct.Running.Database.Value<long>($"select count(*) from payment.payment_view where payment_id = '{declined}'"), Is.Zero);
        var accepted = await place.Host.Post($"bookings/{answers[winner]["bookingId"].GetGuid()}/accept", headers: ("Prefer", "wait=10"));
        Assert.That(accepted["status"].GetString(), Is.EqualTo("confirmed"), accepted.Text);
    }

    /// <summary>P-20: two can be pending only while the first one's time is over and its own timer has not come yet. Of them, too, one is accepted.</summary>
    [Test]
    public async Task Of_two_that_are_pending_one_is_accepted_and_the_other_ends_and_is_given_its_money_back()
    {
        await TheProduct.Running.Database.Execute($"update calendar.claims set expires_at = clock_timestamp() where id = '{booking}'");
        var second = await place.Book(await TheProduct.Running.SignUp(), Day(1), Day(3));
        Assert.That(second["status"].GetString(), Is.EqualTo("awaiting_host"), second.Text);

        var answers = await Task.WhenAll(
            Answer("accept"), place.Host.Post($"bookings/{second["bookingId"].GetGuid()}/accept", headers: ("Prefer", "wait=10")));

        Assert.That((answers[1].Status, answers[1]["status"].GetString()), Is.EqualTo((202, "confirmed")), answers[1].Text);
        Assert.That((answers[0].Status, answers[0].Code, answers[0]["bookingStatus"].GetString()), Is.EqualTo((409, "not_awaiting_host", "expired")), answers[0].Text);
        Assert.That((await place.Claims("booking"), await place.Claims("hold")), Is.EqualTo((1, 0)));
        await Eventually.Sees(() => guest.Get($"bookings/{booking}"), page => page["payment"].GetProperty("status").GetString() == "voided");
    }

    Task<Answer> Answer(string what, string? key = null) =>
        place.Host.Post($"bookings/{booking}/{what}", null, ("Prefer", "wait=10"), ("Idempotency-Key", key ?? $"{Guid.NewGuid()}"));

    [Test]
    public async Task Nobody_else_answers()
    {
        var stranger = (await OnSale()).Host;

        Assert.That((await guest.Post($"bookings/{booking}/accept")).Status, Is.EqualTo(403));
        Assert.That((await stranger.Post($"bookings/{booking}/accept")).Status, Is.EqualTo(404));
        Assert.That((await stranger.Post($"bookings/{booking}/decline", new { })).Status, Is.EqualTo(404));
    }
}
