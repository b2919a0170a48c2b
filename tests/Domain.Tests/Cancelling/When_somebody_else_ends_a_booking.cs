using Roost.Domain.Cancelling;
using static Roost.Domain.Tests.Pricing.Stays;

namespace Roost.Domain.Tests.Cancelling;

public sealed class When_somebody_else_ends_a_booking
{
    static readonly CancellableBooking Booked =
        new(Price(), [], CancellationPolicies.Strict, new("Europe/Berlin", new(15, 0), new(11, 0)));

    [TestCase(31 * 24, 7_200, TestName = "a month ahead: 10 % of the accommodation")]
    [TestCase(30 * 24, 18_000, TestName = "less than 30 days ahead: 25 %")]
    [TestCase(49, 18_000)]
    [TestCase(48, 36_000, TestName = "less than two days ahead: 50 %")]
    public void A_host_gives_everything_back_and_pays_a_penalty(int hoursBefore, long penalty)
    {
        var cancellation = Cancellations.ByHost(Booked, Booked.CheckInAt - TimeSpan.FromHours(hoursBefore));

        Assert.That(cancellation.Refund.Total, Is.EqualTo(Usd(94_780)));
        Assert.That(cancellation.Kept, Is.EqualTo(Usd(0)));
        Assert.That(cancellation.HostPenalty, Is.EqualTo(Usd(penalty)));
    }

    [Test]
    public void The_system_gives_everything_back_and_nobody_pays_a_penalty()
    {
        var cancellation = Cancellations.BySystem(Booked, Booked.CheckInAt.AddHours(-1));

        Assert.That(cancellation.Refund.Total, Is.EqualTo(Usd(94_780)));
        Assert.That(cancellation.HostPenalty, Is.EqualTo(Usd(0)));
    }

    [Test]
    public void A_host_who_sends_guests_away_pays_for_tonight_and_all_nights_after_it()
    {
        var secondDay = Booked.CheckInAt.AddHours(24); // three of four nights are still to come, tonight among them

        var cancellation = Cancellations.ByHost(Booked, secondDay);

        Assert.That(cancellation.Refund.Parts().Select(part => part.Amount.Amount), Is.EqualTo(new[] { 54_000, 5_000, 7_560, 5_900, 0 }));
        Assert.That(cancellation.HostPenalty, Is.EqualTo(Usd(36_000)));
    }

    [Test]
    public void Who_never_came_gets_nothing()
    {
        var cancellation = Cancellations.NoShow(Booked, Booked.CheckInAt.AddHours(20));

        Assert.That(cancellation.Refund.Total, Is.EqualTo(Usd(0)));
        Assert.That(cancellation.Kept, Is.EqualTo(Usd(94_780)));
        Assert.That(cancellation.By, Is.EqualTo(CancelledBy.NoShow));
    }

    [Test]
    public void Staff_say_how_much_up_to_what_is_left()
    {
        var cancellation = Cancellations.ByStaff(Booked, Booked.CheckInAt, Usd(10_001));

        Assert.That(cancellation.Refund.Total, Is.EqualTo(Usd(10_001)));
        Assert.That(cancellation.Kept, Is.EqualTo(Usd(94_780 - 10_001)));
        Assert.That(() => Cancellations.ByStaff(Booked, Booked.CheckInAt, Usd(94_781)), Throws.InstanceOf<ArgumentException>());
    }

    [TestCase("USD", 94_780, null)]
    [TestCase("USD", 94_781, "refund_exceeds_paid")]
    [TestCase("USD", -1, "negative")]
    [TestCase("EUR", 1, "other_currency")]
    public void An_amount_is_checked_before_it_is_used(string currency, long amount, string? code) =>
        Assert.That(Refunds.Refusal(Booked.Price, [], new(amount, currency))?.Code, Is.EqualTo(code));
}
