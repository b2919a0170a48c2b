using Roost.Domain.Calendar;
using Roost.Domain.Time;

namespace Roost.Domain.Tests.Calendar;

/// <summary>P-10, P-30: refused by field and code, before any row is read or locked.</summary>
public sealed class When_somebody_asks_for_a_stay
{
    static readonly DateOnly Today = new(2027, 3, 10);
    static readonly BookingLimits Limits = new(MinNights: 2, MaxNights: 28, LeadDays: 1, HorizonDays: 730, MaxGuests: 4, Capacity: 3);

    [TestCase(1, 3, "", TestName = "tomorrow for two nights is fine")]
    [TestCase(1, 29, "", TestName = "the longest stay is fine")]
    [TestCase(1, 30, "checkOut stay_too_long")]
    [TestCase(1, 2, "checkOut stay_too_short")]
    [TestCase(1, 1, "checkOut range_empty")]
    [TestCase(5, 3, "checkOut range_reversed")]
    [TestCase(0, 3, "checkIn lead_time_too_short")]
    [TestCase(-1, 3, "checkIn date_past")]
    [TestCase(-5, -9, "checkIn date_past, checkOut range_reversed")]
    [TestCase(728, 730, "", TestName = "the last night of the horizon is for sale")]
    [TestCase(728, 731, "checkOut beyond_horizon")]
    [TestCase(729, 732, "checkOut beyond_horizon")]
    [TestCase(730, 732, "checkIn beyond_horizon")]
    [TestCase(1_000_000, 1_000_002, "checkIn beyond_horizon")]
    public void Dates_are_checked(int checkIn, int checkOut, string expected) =>
        Assert.That(Refused(new(Today.AddDays(checkIn), Today.AddDays(checkOut), 2)), Is.EqualTo(expected));

    [TestCase(2, 2, 0, 1, "")]
    [TestCase(2, 2, 5, 1, "", TestName = "infants do not count")]
    [TestCase(3, 2, 0, 1, "guests too_many_guests")]
    [TestCase(3, 2, 0, 2, "", TestName = "two rooms take twice as many")]
    [TestCase(0, 2, 0, 1, "guests.adults adult_missing")]
    [TestCase(1, -1, 0, 1, "guests.children negative")]
    [TestCase(1, 0, -1, 1, "guests.infants negative")]
    [TestCase(int.MaxValue, int.MaxValue, 0, 1, "guests too_many_guests")]
    [TestCase(1, 0, int.MaxValue, 1, "guests.infants too_many_guests")]
    [TestCase(1, 0, 0, 0, "quantity not_positive")]
    [TestCase(1, 0, 0, -3, "quantity not_positive")]
    [TestCase(1, 0, 0, 4, "quantity above_capacity")]
    [TestCase(1, 0, 0, int.MaxValue, "quantity above_capacity")]
    public void Guests_and_quantity_are_checked(int adults, int children, int infants, int quantity, string expected) =>
        Assert.That(Refused(new(Today.AddDays(5), Today.AddDays(8), adults, children, infants, quantity)), Is.EqualTo(expected));

    [TestCase(5, 6, "")]
    [TestCase(4, 5, "checkIn date")]
    [TestCase(5, 7, "checkOut date")]
    [TestCase(4, 7, "checkIn date, checkOut date")]
    public void A_ticket_is_for_its_day(int checkIn, int checkOut, string expected)
    {
        var ticket = Limits with { MinNights = 1, TicketDate = Today.AddDays(5) };
        var refusals = ticket.Refusals(new(Today.AddDays(checkIn), Today.AddDays(checkOut), 2), Today);

        Assert.That(string.Join(", ", refusals.Select(refusal => $"{refusal.Field} {refusal.Code}")), Is.EqualTo(expected));
    }

    [Test]
    public void Everything_wrong_is_said_at_once() =>
        Assert.That(Refused(new(Today.AddDays(-1), Today.AddDays(-1), 0, 0, 0, 0)),
            Is.EqualTo("checkIn date_past, checkOut range_empty, guests.adults adult_missing, quantity not_positive"));

    [Test]
    public void The_night_of_arrival_can_ask_for_more_nights()
    {
        var asked = new AskedStay(Today.AddDays(5), Today.AddDays(8), 2);

        Assert.That(Limits.ArrivingOn(4).Refusals(asked, Today).Select(refusal => refusal.Code), Is.EqualTo(new[] { "stay_too_short" }));
        Assert.That(Limits.ArrivingOn(null).Refusals(asked, Today), Is.Empty);
    }

    [Test] // P-07
    public void Today_is_the_listings_today()
    {
        var noon = new DateTimeOffset(2027, 3, 10, 12, 0, 0, TimeSpan.Zero);
        var auckland = ListingZones.Date(noon, "Pacific/Auckland");
        var earlyInTheDay = new DateTimeOffset(2027, 3, 10, 5, 0, 0, TimeSpan.Zero);
        var honolulu = ListingZones.Date(earlyInTheDay, "Pacific/Honolulu");

        Assert.That(auckland, Is.EqualTo(new DateOnly(2027, 3, 11)));
        Assert.That(honolulu, Is.EqualTo(new DateOnly(2027, 3, 9)));

        var tonight = Limits with { LeadDays = 0, MinNights = 1 };
        var onTheTenth = new AskedStay(new(2027, 3, 10), new(2027, 3, 12), 2);
        Assert.That(tonight.Refusals(onTheTenth, auckland).Single().Code, Is.EqualTo("date_past"));
        var onTheNinth = new AskedStay(new(2027, 3, 9), new(2027, 3, 12), 2);
        Assert.That(tonight.Refusals(onTheNinth, honolulu), Is.Empty);
    }

    [Test]
    public void What_passes_can_be_made_and_sold_and_nothing_else() =>
        Always.Holds(
            from checkIn in Some.Number(-5, 740)
            from nights in Some.Number(-3, 40)
            from adults in Some.Number(-1, 9)
            from children in Some.Number(-1, 6)
            from quantity in Some.Number(-1, 5)
            select new AskedStay(Today.AddDays(checkIn), Today.AddDays(checkIn + nights), adults, children, 0, quantity),
            asked =>
            {
                var nights = new List<DateOnly>();
                for (var day = asked.CheckIn; day < asked.CheckOut; day = day.AddDays(1)) nights.Add(day);
                var sellable = nights.Count is >= 2 and <= 28
                    && nights.All(night => night > Today && night < Today.AddDays(730))
                    && asked is { Adults: >= 1, Children: >= 0, Quantity: >= 1 and <= 3 }
                    && asked.Adults + asked.Children <= 4 * asked.Quantity;

                Assert.That(Limits.Refusals(asked, Today), sellable ? Is.Empty : Is.Not.Empty);
            }, times: 2_000);

    static string Refused(AskedStay asked) =>
        string.Join(", ", Limits.Refusals(asked, Today).Select(refusal => $"{refusal.Field} {refusal.Code}"));
}
