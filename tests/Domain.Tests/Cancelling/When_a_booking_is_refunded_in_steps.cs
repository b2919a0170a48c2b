using Roost.Domain.Cancelling;
using Roost.Domain.Pricing;
using Roost.Domain.Tests.Pricing;

namespace Roost.Domain.Tests.Cancelling;

/// <summary>P-50: parts add up to the refund, refunds never exceed what was paid, and a full refund is exactly what was paid.</summary>
public sealed class When_a_booking_is_refunded_in_steps
{
    [Test]
    public void In_any_number_of_steps_the_last_one_ends_at_what_was_paid() =>
        Always.Holds(
            from booking in Some.Booking
            from sizes in Some.Number(0, 10_000).ArrayOf(6)
            select (booking, sizes),
            it =>
            {
                var (booking, paid) = (it.booking, it.booking.Price.Total);
                foreach (var size in it.sizes)
                {
                    var left = Refunds.Remaining(booking.Price, booking.Refunded);
                    booking = After(booking, Refunds.OfAmount(booking.Price, booking.Refunded, left.BasisPoints(size), "goodwill"));
                }
                booking = After(booking, Cancellations.BySystem(booking, booking.CheckInAt.AddDays(-1)).Refund);

                Assert.That(Refunded(booking), Is.EqualTo(paid));
                Assert.That(Cancellations.BySystem(booking, booking.CheckInAt).Refund.Total.Amount, Is.Zero, "there is nothing left to give back");
                foreach (var part in booking.Price.Parts())
                    Assert.That(Refunded(booking, part), Is.EqualTo(part.Amount), "each part went back exactly");
            });

    [Test]
    public void A_cancellation_after_goodwill_never_gives_back_more_than_was_paid() =>
        Always.Holds(
            from booking in Some.Booking
            from goodwill in Some.Number(0, 10_000)
            from moment in Some.MomentAround(booking)
            from who in Some.Number(0, 3)
            select (booking, goodwill, moment, who),
            it =>
            {
                var before = After(it.booking, Refunds.OfAmount(it.booking.Price, [], it.booking.Price.Total.BasisPoints(it.goodwill), "goodwill"));
                var cancellation = it.who switch
                {
                    0 => Cancellations.ByGuest(before, it.moment),
                    1 => Cancellations.ByHost(before, it.moment),
                    2 => Cancellations.BySystem(before, it.moment),
                    _ => Cancellations.NoShow(before, it.moment),
                };
                var after = After(before, cancellation.Refund);

                Assert.That(cancellation.Refund.Lines.Select(line => line.Amount.Amount), Is.All.Not.Negative);
                Assert.That(Refunded(after) + cancellation.Kept, Is.EqualTo(it.booking.Price.Total));
                Assert.That(cancellation.Kept.IsNegative(), Is.False);
                foreach (var part in it.booking.Price.Parts()) Assert.That(Refunded(after, part), Is.LessThanOrEqualTo(part.Amount));
            });

    [Test]
    public void Every_refund_can_be_paid_in_its_currency() => // P-49
        Always.Holds(
            from booking in Some.Booking
            from moment in Some.MomentAround(booking)
            select Cancellations.ByGuest(booking, moment),
            cancellation =>
            {
                foreach (var line in cancellation.Refund.Lines)
                    Assert.That(line.Amount.Amount % Currencies.Step(line.Amount.Currency), Is.Zero, line.ToString());
            });

    [Test]
    public void What_went_back_before_is_not_given_twice()
    {
        var booking = new CancellableBooking(Stays.Price(), [new(PricePartKind.Nights, Stays.Usd(10_000))], CancellationPolicies.Flexible,
            new("Europe/Berlin", new(15, 0), new(11, 0)));

        var refund = Cancellations.ByGuest(booking, booking.CheckInAt.AddHours(-2)).Refund;

        Assert.That(refund.Lines[0], Is.EqualTo(new RefundLine(PricePartKind.Nights, "", Stays.Usd(72_000), Stays.Usd(10_000), Stays.Usd(26_000),
            "flexible: 50 % of the nights more than 0 h before check-in")));
    }

    static CancellableBooking After(CancellableBooking booking, Refund refund) => booking with { Refunded = [.. booking.Refunded, .. refund.Parts()] };

    static Money Refunded(CancellableBooking booking) => booking.Refunded.Select(part => part.Amount).Sum(booking.Price.Currency);

    static Money Refunded(CancellableBooking booking, PricePart of) =>
        booking.Refunded.Where(part => part.Kind == of.Kind && part.Label == of.Label).Select(part => part.Amount).Sum(booking.Price.Currency);
}
