using Roost.Domain.Paying;

namespace Roost.Domain.Tests.Paying;

/// <summary>P-59.</summary>
public sealed class When_money_is_captured
{
    [TestCase(94_780, 94_780, 0)]
    [TestCase(94_780, 41_000, 53_780)]
    [TestCase(94_780, 0, 94_780)]
    public void What_is_taken_and_let_go_is_what_was_authorised(long authorized, long owed, long letGo) =>
        Assert.That(Captures.Plan(new(authorized, "USD"), new(owed, "USD")), Is.EqualTo(new CapturePlan(new(owed, "USD"), new(letGo, "USD"))));

    [TestCase(100, 101)]
    [TestCase(100, -1)]
    public void Never_more_than_was_authorised(long authorized, long owed) =>
        Assert.That(() => Captures.Plan(new(authorized, "USD"), new(owed, "USD")), Throws.InstanceOf<ArgumentException>());
}
