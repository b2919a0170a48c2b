using Roost.Domain.Calendar;

namespace Roost.Domain.Tests.Calendar;

public sealed class When_a_host_changes_capacity
{
    [TestCase(5, null, 5, null)]
    [TestCase(4, null, 5, "capacity_below_sold", TestName = "P-24: below what is sold it is refused")]
    [TestCase(4, 5, 5, null, TestName = "P-24: a cap that was set on purpose may be filled")]
    [TestCase(4, 3, 0, "below_capacity")]
    [TestCase(4, 4, 0, null)]
    [TestCase(-1, null, 0, "negative")]
    [TestCase(0, null, 0, null)]
    public void Nobody_loses_a_room_they_hold(int wanted, int? cap, int mostTaken, string? expected) =>
        Assert.That(CapacityRules.Refusal(UnitKind.RoomType, wanted, cap, mostTaken)?.Code, Is.EqualTo(expected));

    [Test]
    public void A_home_is_one_home_and_never_overbooked()
    {
        Assert.That(CapacityRules.Sellable(UnitKind.Home, 1, hardCap: 3), Is.EqualTo(1));
        Assert.That(CapacityRules.Refusal(UnitKind.Home, 2, null, 0)?.Code, Is.EqualTo("home_is_one"));
        Assert.That(CapacityRules.Refusal(UnitKind.Home, 1, 2, 0)?.Code, Is.EqualTo("home_is_one"));
    }

    [Test]
    public void Overbooking_is_off_unless_somebody_set_a_cap()
    {
        Assert.That(CapacityRules.Sellable(UnitKind.RoomType, 20), Is.EqualTo(20));
        Assert.That(CapacityRules.Sellable(UnitKind.RoomType, 20, hardCap: 21), Is.EqualTo(21));
        Assert.That(CapacityRules.Sellable(UnitKind.RoomType, 20, hardCap: 19), Is.EqualTo(20), "a cap takes nothing away");
    }
}
