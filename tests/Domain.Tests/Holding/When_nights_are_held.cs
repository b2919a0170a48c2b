using Roost.Domain.Holding;

namespace Roost.Domain.Tests.Holding;

public sealed class When_nights_are_held
{
    static readonly DateTimeOffset Noon = new(2027, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [TestCase(UnitKind.Home, 15)]
    [TestCase(UnitKind.RoomType, 15)]
    [TestCase(UnitKind.Ticket, 10)]
    public void What_is_sold_decides_for_how_long(UnitKind kind, int minutes) =>
        Assert.That(HoldRules.Deadline(kind, Noon), Is.EqualTo(Noon.AddMinutes(minutes)));

    [Test]
    public void A_payment_in_flight_gives_more_time_once()
    {
        Assert.That(HoldRules.ExtendedDeadline(UnitKind.Ticket, Noon, extensionsSoFar: 0, paymentInFlight: true), Is.EqualTo(Noon.AddMinutes(10)));
        Assert.That(HoldRules.ExtendedDeadline(UnitKind.Ticket, Noon, extensionsSoFar: 1, paymentInFlight: true), Is.Null);
        Assert.That(HoldRules.ExtendedDeadline(UnitKind.Ticket, Noon, extensionsSoFar: 0, paymentInFlight: false), Is.Null);
    }

    [Test]
    public void A_host_has_a_day_and_somebody_waiting_a_quarter_of_an_hour()
    {
        Assert.That(HoldRules.HostAnswer, Is.EqualTo(TimeSpan.FromHours(24)));
        Assert.That(HoldRules.WaitlistOffer, Is.EqualTo(TimeSpan.FromMinutes(15)));
    }
}
