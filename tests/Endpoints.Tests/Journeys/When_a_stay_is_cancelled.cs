using static Roost.Endpoints.Tests.Journeys.Place;

namespace Roost.Endpoints.Tests.Journeys;

public sealed class When_a_stay_is_cancelled
{
    /// <summary>Flexible: everything until a day before check-in, by the listing's clock; then half the nights and the cleaning.</summary>
    [TestCase(25, Night * 2 * 114 / 100 + Cleaning)]
    [TestCase(23, Night + Cleaning)]
    public async Task The_policy_decides_by_the_hours_that_are_left(int hoursAhead, long refund)
    {
        var arrival = DateTime.UtcNow.AddHours(hoursAhead);
        var checkIn = DateOnly.FromDateTime(arrival);
        var (place, guest) = (await OnSale(checkInTime: $"{arrival:HH:mm}"), await TheProduct.Running.SignUp());
        var booking = await place.Booked(guest, checkIn, checkIn.AddDays(2));

        var cancelled = await Cancel(guest, booking);
        var again = await Cancel(guest, booking);

        Assert.That((cancelled.Status, cancelled["status"].GetString(), Refund(cancelled)), Is.EqualTo((202, "cancelled", refund)), cancelled.Text);
        Assert.That(Refund(again), Is.EqualTo(refund));
        await Eventually.Is(async () => await place.Free(checkIn) == 1);
    }

    [Test]
    public async Task Long_before_a_strict_host_gives_everything_back_too()
    {
        var (place, guest) = (await OnSale(policy: "strict"), await TheProduct.Running.SignUp());
        var booking = await place.Booked(guest, Day(0), Day(2));

        Assert.That(Refund(await Cancel(guest, booking)), Is.EqualTo(Total(nights: 2)));
        Assert.That(await Penalties(booking), Is.Empty);
    }

    [Test]
    public async Task By_the_host_everything_goes_back_whatever_the_policy()
    {
        var arrival = DateTime.UtcNow.AddHours(20);
        var checkIn = DateOnly.FromDateTime(arrival);
        var (place, guest) = (await OnSale(checkInTime: $"{arrival:HH:mm}", policy: "strict"), await TheProduct.Running.SignUp());
        var booking = await place.Booked(guest, checkIn, checkIn.AddDays(2));

        var cancelled = await Cancel(place.Host, booking);

        Assert.That(Refund(cancelled), Is.EqualTo(Total(nights: 2)), cancelled.Text);
        Assert.That(await Penalties(booking), Is.EqualTo(new[] { place.Host.Id }), "and the host pays for it");
        await Eventually.Sees(() => TheProduct.Running.Database.Value<string>($"select status from payment.payment_view where payment_id = '{booking}'"),
            status => status == "voided");
    }

    [Test]
    public async Task A_stranger_cancels_nothing()
    {
        var (place, guest) = (await OnSale(), await TheProduct.Running.SignUp());
        var booking = await place.Booked(guest, Day(0), Day(2));

        Assert.That((await Cancel(await TheProduct.Running.SignUp(), booking)).Status, Is.EqualTo(404));
        Assert.That(await place.Claims("booking"), Is.EqualTo(1));
    }

    static Task<Answer> Cancel(Person person, Guid booking) =>
        person.Post($"bookings/{booking}/cancel", new { reason = "other plans" }, ("Prefer", "wait=10"));

    static Task<List<Guid>> Penalties(Guid booking) => TheProduct.Running.Database.Values<Guid>(
        $"select host_id from reservation.penalties where booking_id = '{booking}' and amount > 0 and currency = 'USD'");

    static long Refund(Answer cancelled) => cancelled["refund"].GetProperty("amount").GetInt64();
}
