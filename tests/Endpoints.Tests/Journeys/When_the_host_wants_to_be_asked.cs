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
