using static Roost.Endpoints.Tests.Journeys.Place;

namespace Roost.Endpoints.Tests.Journeys;

public sealed class When_guests_book
{
    [Test]
    public async Task The_stay_is_confirmed_at_the_price_of_the_quote()
    {
        var (place, guest) = (await OnSale(), await TheProduct.Running.SignUp());
        var quote = await place.Quote(guest, Day(0), Day(3));
        Assert.That(quote["total"].GetProperty("amount").GetInt64(), Is.EqualTo(Total(nights: 3)), quote.Text);

        var booking = await Book(guest, quote["quoteId"].GetGuid());

        Assert.That((booking.Status, booking["status"].GetString()), Is.EqualTo((201, "confirmed")), booking.Text);
        var page = await guest.Get($"bookings/{booking["bookingId"].GetGuid()}");
        Assert.That(page["cancellationNow"].GetProperty("refund").GetProperty("amount").GetInt64(), Is.EqualTo(Total(nights: 3)), page.Text);
        Assert.That(page["payment"].GetProperty("status").GetString(), Is.EqualTo("authorized"));
    }

    /// <summary>P-01: the day of check-out is free.</summary>
    [Test]
    public async Task Stays_that_touch_fit_and_stays_that_overlap_do_not()
    {
        var (place, guest) = (await OnSale(), await TheProduct.Running.SignUp());
        await place.Booked(guest, Day(10), Day(15));

        await place.Booked(guest, Day(15), Day(18));
        await place.Booked(guest, Day(7), Day(10));
        var overlapping = await place.Quote(guest, Day(14), Day(16));

        Assert.That((overlapping.Status, overlapping.Code), Is.EqualTo((409, "nights_unavailable")), overlapping.Text);
        Assert.That(overlapping["alternatives"].GetArrayLength(), Is.GreaterThan(0), "other days of the same place");
    }

    [Test]
    public async Task Of_many_who_have_a_quote_for_the_same_night_one_gets_it()
    {
        var place = await OnSale();
        var guests = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => TheProduct.Running.SignUp()));
        var quotes = await Task.WhenAll(guests.Select(guest => place.Quoted(guest, Day(0), Day(2))));

        var answers = await Task.WhenAll(guests.Zip(quotes, (guest, quote) => Book(guest, quote)));

        Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo(new[] { 201, 409, 409, 409, 409, 409 }));
        Assert.That(answers.Where(answer => answer.Status == 409).Select(answer => answer.Code), Is.All.EqualTo("nights_unavailable"));
        Assert.That(await place.Claims("booking"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_declined_card_gives_the_nights_back()
    {
        var (place, guest) = (await OnSale(), await TheProduct.Running.SignUp());

        var booking = await place.Book(guest, Day(0), Day(2), card: Declined);

        Assert.That((booking.Status, booking.Code), Is.EqualTo((402, "payment_declined")), booking.Text);
        await Eventually.Is(async () => await place.Free(Day(0)) == 1);
    }

    [Test]
    public async Task Who_does_not_wait_finds_the_booking_at_once()
    {
        var (place, guest) = (await OnSale(), await TheProduct.Running.SignUp());
        var quoteId = await place.Quoted(guest, Day(0), Day(2));

        var booking = await guest.Post("bookings", new { quoteId, paymentMethodId = Visa }, ("Idempotency-Key", "k"));
        var page = await guest.Get($"bookings/{booking["bookingId"].GetGuid()}");

        Assert.That((booking.Status, booking["status"].GetString(), page.Status), Is.EqualTo((202, "requested", 200)));
    }
}
