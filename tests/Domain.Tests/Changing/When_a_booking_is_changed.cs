using Roost.Domain.Booking;
using Roost.Domain.Cancelling;
using Roost.Domain.Changing;
using Roost.Domain.Pricing;
using static Roost.Domain.Tests.Pricing.Stays;

namespace Roost.Domain.Tests.Changing;

public sealed class When_a_booking_is_changed
{
    static readonly CancellableBooking Booked =
        new(Price(), [], CancellationPolicies.Moderate, new("Europe/Berlin", new(15, 0), new(11, 0)));

    static readonly DateTimeOffset LongBefore = Booked.CheckInAt.AddDays(-30);
    static readonly DateTimeOffset DaysBefore = Booked.CheckInAt.AddDays(-3); // moderate gives half

    static readonly PriceBreakdown OneNightLess = Price(Stay.Of(MondayToFriday.CheckIn, 3));
    static readonly PriceBreakdown OneNightMore = Price(Stay.Of(MondayToFriday.CheckIn.AddDays(-1), 5));

    [Test]
    public void A_longer_stay_costs_the_difference()
    {
        var change = Changes.Settle(Booked, OneNightMore, Actor.Guest, DaysBefore);

        Assert.That(change.Difference, Is.EqualTo(Usd(18_000 + 2_520 + 1_800)));
        Assert.That(change.NewPrice.KeptFromChanges, Is.EqualTo(Usd(0)));
        Assert.That(change.Lines, Is.EqualTo(new ExplainedLine[]
        {
            new("night", "nights: 720.00 USD becomes 900.00 USD", Usd(18_000)),
            new("service_fee", "service fee: 100.80 USD becomes 126.00 USD", Usd(2_520)),
            new("tax", "tax US-CA: 77.00 USD becomes 95.00 USD", Usd(1_800)),
        }));
    }

    [Test]
    public void In_the_free_time_a_shorter_stay_gives_the_whole_difference_back()
    {
        var change = Changes.Settle(Booked, OneNightLess, Actor.Guest, LongBefore);

        Assert.That(change.Difference, Is.EqualTo(Usd(-22_320)));
        Assert.That(change.Policy.Rules, Is.EqualTo(Booked.Policy.Rules));
    }

    [Test]
    public void Later_the_policy_keeps_its_share_and_the_price_says_so()
    {
        var change = Changes.Settle(Booked, OneNightLess, Actor.Guest, DaysBefore);

        Assert.That(change.Difference, Is.EqualTo(Usd(-9_900)), "half of the night and its tax; the service fee is earned");
        Assert.That(change.NewPrice.KeptFromChanges, Is.EqualTo(Usd(12_420)));
        Assert.That(change.NewPrice.Total, Is.EqualTo(Booked.Price.Total + change.Difference));
        Assert.That(PriceExplanation.Of(change.NewPrice)[^1].Code, Is.EqualTo("kept_from_changes"));
    }

    [Test]
    public void At_the_hosts_wish_everything_goes_back() =>
        Assert.That(Changes.Settle(Booked, OneNightLess, Actor.Host, DaysBefore).Difference, Is.EqualTo(Usd(-22_320)));

    [Test]
    public void Moving_the_stay_to_next_year_does_not_undo_the_policy()
    {
        var nextYear = Price(new(new(2028, 6, 5), new(2028, 6, 9)));

        var change = Changes.Settle(Booked, nextYear, Actor.Guest, DaysBefore);
        var moved = Booked with { Price = change.NewPrice, Policy = change.Policy };
        var cancelled = Cancellations.ByGuest(moved, DaysBefore.AddHours(1));

        Assert.That(change.Difference, Is.EqualTo(Usd(0)));
        Assert.That(cancelled.Refund.Lines[0].Amount, Is.EqualTo(Usd(36_000)), "half of the nights, as without the move");
    }

    [Test]
    public void Changing_it_at_the_last_moment_and_leaving_early_does_not_undo_the_policy_either()
    {
        var kindToWhoeverLeaves = new CancellationPolicy("own", 1, [new(48, 10_000, 10_000), new(0, 2_000, 0)], UnusedNightsBasisPoints: 5_000);
        var booked = Booked with { Policy = kindToWhoeverLeaves };

        var change = Changes.Settle(booked, Price(), Actor.Guest, booked.CheckInAt.AddHours(-10));
        var cancelled = Cancellations.ByGuest(booked with { Policy = change.Policy }, booked.CheckInAt.AddHours(1));

        Assert.That(cancelled.Refund.Lines[0].Amount, Is.EqualTo(Usd(10_800)), "a fifth of three nights, as at the change");
    }

    [Test] // P-06
    public void From_the_instant_of_check_in_what_counts_is_what_the_policy_gives_for_nights_not_spent()
    {
        var booked = Booked with { Policy = CancellationPolicies.Flexible };

        var change = Changes.Settle(booked, OneNightLess, Actor.Guest, booked.CheckInAt);

        Assert.That(change.Difference, Is.EqualTo(Usd(-9_900)));
    }

    /// <summary>Arrival on the 7th at 15:00 in Berlin, where a day begins at 22:00 UTC.</summary>
    [TestCase(7, 12, 8, 11, null, TestName = "Before check-in it may move to any day")]
    [TestCase(7, 13, 8, 11, "checkIn: stay_has_begun", TestName = "From the instant of check-in it has begun when it did")]
    [TestCase(9, 21, 7, 9, null, TestName = "On the third day it may end today")]
    [TestCase(9, 21, 7, 8, "checkOut: date_past", TestName = "On the third day it did not end yesterday")]
    [TestCase(9, 22, 7, 9, "checkOut: date_past", TestName = "At midnight of the listing the third night is over")]
    [TestCase(9, 22, 7, 1, "checkOut: date_past", TestName = "It did not end before it began")]
    public void Nights_that_were_slept_stay_as_they_were(int day, int hour, int checkIn, int checkOut, string? refused)
    {
        var refusal = Changes.Refusal(Booked, new(2027, 6, checkIn), new(2027, 6, checkOut), new(2027, 6, day, hour, 0, 0, TimeSpan.Zero));

        Assert.That(refusal is null ? null : $"{refusal.Field}: {refusal.Code}", Is.EqualTo(refused));
    }

    [Test] // P-26
    public void Other_guests_for_the_same_nights_cost_nothing() =>
        Assert.That(Changes.Settle(Booked, Price(), Actor.Guest, DaysBefore).Lines, Is.Empty);

    [Test] // P-50
    public void However_it_was_changed_a_full_refund_is_exactly_what_the_guest_has_paid() =>
        Always.Holds(
            from currency in Some.Currency
            from first in Some.BreakdownIn(currency)
            from later in Some.BreakdownIn(currency).ArrayOf(3)
            from goodwill in Some.Number(0, 10_000)
            from policy in Gen.Elements<CancellationPolicy>([.. CancellationPolicies.Offered])
            from times in Some.Times
            from hours in Some.Number(1, 500)
            from byGuest in Gen.Elements(true, false)
            select (booking: new CancellableBooking(first, [], policy, times), later, goodwill, hours, byGuest),
            it =>
            {
                var booking = it.booking;
                var paid = booking.Price.Total;
                var given = Refunds.OfAmount(booking.Price, [], paid.BasisPoints(it.goodwill), "goodwill");
                booking = booking with { Refunded = given.Parts() };
                foreach (var priced in it.later)
                {
                    var change = Changes.Settle(booking, priced, it.byGuest ? Actor.Guest : Actor.Host, booking.CheckInAt.AddHours(-it.hours));
                    Assert.That(change.Lines.Select(line => line.Amount).Sum(priced.Currency), Is.EqualTo(change.Difference));
                    paid += change.Difference;
                    booking = booking with { Price = change.NewPrice, Policy = change.Policy };
                }

                Assert.That(booking.Price.Total, Is.EqualTo(paid));
                var rest = Cancellations.BySystem(booking, booking.CheckInAt.AddHours(-1)).Refund;
                Assert.That(given.Total + rest.Total, Is.EqualTo(paid));
                Assert.That(rest.Lines.Select(line => line.Amount.Amount), Is.All.Not.Negative);
            });
}
