namespace Roost.Domain.Tests.Values;

public sealed class When_an_id_is_derived
{
    static readonly Guid Booking = new("0197f000-0000-7000-8000-00000000000a");

    [Test] // the value is written in databases: another one would make every repeated step a new step
    public void The_same_step_has_the_same_id_for_ever() =>
        Assert.That(DerivedId.From(Booking, "refund 1"), Is.EqualTo(new Guid("4daa24be-2970-8e35-bc06-0d32f87372c6")));

    [Test]
    public void Another_origin_or_purpose_has_another() =>
        Assert.That(new[] { DerivedId.From(Booking, "refund 1"), DerivedId.From(Booking, "refund 2"), DerivedId.From(Guid.Empty, "refund 1"), Booking }, Is.Unique);
}
