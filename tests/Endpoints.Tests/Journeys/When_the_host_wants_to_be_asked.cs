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

    [Test]
    public async Task Nobody_else_answers()
    {
        var stranger = (await OnSale()).Host;

        Assert.That((await guest.Post($"bookings/{booking}/accept")).Status, Is.EqualTo(403));
        Assert.That((await stranger.Post($"bookings/{booking}/accept")).Status, Is.EqualTo(404));
        Assert.That((await stranger.Post($"bookings/{booking}/decline", new { })).Status, Is.EqualTo(404));
    }
}
