using Roost.Domain.Cancelling;
using Roost.Domain.Pricing;
using Roost.Domain.Time;
using static Roost.Domain.Tests.Pricing.Stays;

namespace Roost.Domain.Tests.Cancelling;

/// <summary>
/// P-52, golden cases: nights 720.00, cleaning 50.00, service fee 100.80, tax 77.00 on nights and cleaning; paid 947.80.
/// </summary>
public sealed class When_a_guest_cancels
{
    static readonly ListingTimes NewYork = new("America/New_York", new(15, 0), new(11, 0));

    [TestCase("flexible", 1_000, 72_000, 5_000, 10_080, 7_700)]
    [TestCase("flexible", 25, 72_000, 5_000, 10_080, 7_700)]
    [TestCase("flexible", 24, 36_000, 5_000, 0, 4_100)]
    [TestCase("flexible", 1, 36_000, 5_000, 0, 4_100)]
    [TestCase("flexible", 0, 27_000, 0, 0, 2_700, TestName = "flexible after check-in: half of the three later nights")]
    [TestCase("flexible", -30, 18_000, 0, 0, 1_800, TestName = "flexible on the second day: half of the two later nights")]
    [TestCase("moderate", 121, 72_000, 5_000, 10_080, 7_700)]
    [TestCase("moderate", 120, 36_000, 5_000, 0, 4_100)]
    [TestCase("moderate", 25, 36_000, 5_000, 0, 4_100)]
    [TestCase("moderate", 24, 0, 5_000, 0, 500)]
    [TestCase("moderate", 0, 0, 0, 0, 0)]
    [TestCase("strict", 337, 72_000, 5_000, 10_080, 7_700)]
    [TestCase("strict", 336, 36_000, 5_000, 0, 4_100)]
    [TestCase("strict", 169, 36_000, 5_000, 0, 4_100)]
    [TestCase("strict", 168, 0, 5_000, 0, 500)]
    [TestCase("strict", 1, 0, 5_000, 0, 500)]
    [TestCase("strict", -1, 0, 0, 0, 0)]
    public void The_policy_decides_part_by_part(string policy, int hoursBefore, long nights, long cleaning, long serviceFee, long tax)
    {
        var booking = Booked(policy);

        var cancellation = Cancellations.ByGuest(booking, booking.CheckInAt - TimeSpan.FromHours(hoursBefore));

        Assert.That(cancellation.Refund.Parts(), Is.EqualTo(new PricePart[]
        {
            new(PricePartKind.Nights, Usd(nights)),
            new(PricePartKind.CleaningFee, Usd(cleaning)),
            new(PricePartKind.ServiceFee, Usd(serviceFee)),
            new(PricePartKind.Tax, Usd(tax), "US-CA"),
            new(PricePartKind.KeptFromChanges, Usd(0)),
        }));
        Assert.That(cancellation.Refund.Total, Is.EqualTo(Usd(nights + cleaning + serviceFee + tax)));
        Assert.That(cancellation.Kept, Is.EqualTo(Usd(94_780) - cancellation.Refund.Total));
        Assert.That(cancellation.HostPenalty, Is.EqualTo(Usd(0)));
    }

    [Test]
    public void Every_line_says_why()
    {
        var booking = Booked("moderate");

        var cancellation = Cancellations.ByGuest(booking, booking.CheckInAt - TimeSpan.FromHours(48));

        Assert.That(cancellation.Rule, Is.EqualTo("moderate: 50 % of the nights more than 24 h before check-in"));
        Assert.That(cancellation.Refund.Lines.Select(line => line.Why), Is.EqualTo(new[]
        {
            "moderate: 50 % of the nights more than 24 h before check-in",
            "nobody has stayed, nothing to clean",
            "the service fee is earned",
            "US-CA: tax on 410.00 USD of 770.00 USD",
            "stays kept",
        }));
    }

    [Test]
    public void The_policy_is_the_one_the_booking_was_made_under()
    {
        var shown = new CancellationPolicy("flexible", 1, [new(6, 10_000, 10_000)], UnusedNightsBasisPoints: 0);
        var booking = Booked("flexible") with { Policy = shown };

        Assert.That(Cancellations.ByGuest(booking, booking.CheckInAt - TimeSpan.FromHours(7)).Refund.Total, Is.EqualTo(Usd(94_780)));
    }

    [Test]
    public void Rules_apply_in_any_order_they_are_written()
    {
        var moderate = CancellationPolicies.Moderate;
        var reversed = Booked("moderate") with { Policy = moderate with { Rules = [.. moderate.Rules.Reverse()] } };

        Assert.That(Cancellations.ByGuest(reversed, reversed.CheckInAt - TimeSpan.FromHours(200)).Refund.Total, Is.EqualTo(Usd(94_780)));
    }

    [Test]
    public void Cancelling_later_never_gives_back_more() =>
        Always.Holds(
            from booking in Some.Booking
            from one in Some.MomentAround(booking)
            from other in Some.MomentAround(booking)
            select (booking, one, other),
            it =>
            {
                var earlier = Cancellations.ByGuest(it.booking, it.one < it.other ? it.one : it.other);
                var later = Cancellations.ByGuest(it.booking, it.one < it.other ? it.other : it.one);

                Assert.That(later.Refund.Total, Is.LessThanOrEqualTo(earlier.Refund.Total));
            });

    [Test]
    public void Tax_goes_back_in_proportion_to_what_is_no_longer_taxed() =>
        Always.Holds(
            from booking in Some.Booking
            from moment in Some.MomentAround(booking)
            select (booking, moment),
            it =>
            {
                var lines = Cancellations.ByGuest(it.booking, it.moment).Refund.Lines;
                foreach (var tax in it.booking.Price.Taxes.Where(tax => tax.Base.IsPositive()))
                {
                    var untaxed = lines.Where(line => IsTaxed(line.Kind, tax.On)).Sum(line => line.Amount.Amount);
                    var back = lines.Single(line => line.Kind == PricePartKind.Tax && line.Label == tax.Jurisdiction).Amount;
                    Assert.That(back, Is.EqualTo(tax.Amount.Times(untaxed, tax.Base.Amount)));
                }
            });

    static bool IsTaxed(PricePartKind kind, TaxedParts on) => kind switch
    {
        PricePartKind.Nights => (on & TaxedParts.Accommodation) != 0,
        PricePartKind.CleaningFee => (on & TaxedParts.CleaningFee) != 0,
        PricePartKind.ServiceFee => (on & TaxedParts.ServiceFee) != 0,
        _ => false,
    };

    static CancellableBooking Booked(string policy) => new(Price(), [], CancellationPolicies.Named(policy)!, NewYork);
}
