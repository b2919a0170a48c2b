using NServiceBus.Testing;
using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Booking;
using Roost.Reservation.Booking;
using Roost.Sagas.Tests.Booking;

namespace Roost.Sagas.Tests.Changing;

/// <summary>A booking has one open change: otherwise one night that is paid keeps a whole calendar out of sale. The newest counts, and none once the booking has ended.</summary>
public sealed class When_a_guest_asks_for_another_change
{
    static readonly Guid Older = ChangeWorld.ChangeId, Newer = ChangeWorld.Another;
    BookingSaga saga = null!;

    [SetUp]
    public async Task A_booking_is_confirmed() => saga = new BookingSaga { Data = (await ChangeWorld.Start()).Booking };

    [Test]
    public async Task It_takes_the_place_of_the_older_and_its_nights()
    {
        Assert.That(await Sent(Open(Older)), Is.EqualTo(new object[] { new ChangeOpened(Older, Instead: null) }));
        Assert.That(await Sent(Open(Newer)), Is.EqualTo(new object[] { new ChangeRejected(Older, "replaced"), new ChangeOpened(Newer, Instead: Older) }));
    }

    /// <summary>P-33: an order to open it that comes late or again does not undo what came since.</summary>
    [Test]
    public async Task An_older_one_does_not_come_back([Values] bool isCopy)
    {
        if (isCopy) await Sent(Open(Older));
        await Sent(Open(Newer));

        Assert.That(await Sent(Open(Older)), Is.EqualTo(new object[] { new ChangeRejected(Older, "replaced") }));
        Assert.That(await Sent(Open(Newer)), Is.Empty);
        Assert.That(await Sent(Apply(Newer)), Is.EqualTo(new object[] { new MoveNights(Example.BookingId, Newer) }));
    }

    /// <summary>P-27: both were confirmed, and both differences computed for the booking as it was.</summary>
    [Test]
    public async Task Only_the_newer_is_applied()
    {
        await Sent(Open(Older));
        await Sent(Open(Newer));

        Assert.That(await Sent(Apply(Older)), Is.EqualTo(new object[] { new ChangeRejected(Older, "booking_changed_meanwhile") }));
        Assert.That(await Sent(Apply(Newer)), Is.EqualTo(new object[] { new MoveNights(Example.BookingId, Newer) }));
        Assert.That(await Sent(Apply(Older)), Is.EqualTo(new object[] { new ChangeRejected(Older, "booking_changed_meanwhile") }));
    }

    [Test]
    public async Task It_has_to_ask_again_while_the_older_is_being_applied()
    {
        await Sent(Open(Older));
        await Sent(Apply(Older));

        Assert.That(await Sent(Open(Newer)), Is.EqualTo(new object[] { new ChangeRejected(Newer, "booking_changed_meanwhile") }));
        await Sent(new NightsMoved(Example.BookingId, Older));
        Assert.That(saga.Data.Nights, Is.EqualTo(Example.Line(ChangeWorld.Longer)));
    }

    /// <summary>P-27: the older was applied while the newer was on its way, and its difference is one to another booking.</summary>
    [Test]
    public async Task One_whose_difference_was_computed_for_another_price_is_not_applied()
    {
        await Sent(Open(Older));
        await Sent(Apply(Older));
        await Sent(new NightsMoved(Example.BookingId, Older));
        Assert.That(await Sent(Open(Newer)), Is.EqualTo(new object[] { new ChangeOpened(Newer, Instead: null) }), "what was applied is not given up");

        Assert.That(await Sent(Apply(Newer)), Is.EqualTo(new object[] { new ChangeRejected(Newer, "booking_changed_meanwhile") }));
    }

    /// <summary>The change counts its money as the booking's, and must not hear that it was rejected: a copy, or the end of the booking, is not about it.</summary>
    [Test]
    public async Task What_was_applied_is_not_rejected_later()
    {
        await Sent(Open(Older));
        await Sent(Apply(Older));
        await Sent(new NightsMoved(Example.BookingId, Older));
        await Sent(Open(Newer));

        Assert.That(await Sent(Open(Older)), Is.Empty);
        Assert.That((await Sent(Cancel())).OfType<ChangeRejected>(), Is.EqualTo(new[] { new ChangeRejected(Newer, "booking_cancelled") }));
    }

    [Test]
    public async Task None_is_open_once_the_booking_is_cancelled()
    {
        await Sent(Open(Older));

        Assert.That((await Sent(Cancel())).OfType<ChangeRejected>(), Is.EqualTo(new[] { new ChangeRejected(Older, "booking_cancelled") }));
        Assert.That(await Sent(Open(Newer)), Is.EqualTo(new object[] { new ChangeRejected(Newer, "booking_changed_meanwhile") }));
    }

    static OpenChange Open(Guid changeId) => new(Example.BookingId, changeId);

    static ApplyChange Apply(Guid changeId) => new(
        Example.BookingId, changeId, Example.Line(ChangeWorld.Longer), new GuestCount(2), Example.Price.Total, Example.Priced(ChangeWorld.Longer), Example.Request().Policy);

    static CancelBooking Cancel() => new(Example.BookingId, Actor.Guest, Example.GuestId, Example.AskedAt, "plans changed");

    async Task<object[]> Sent(object message)
    {
        var context = new TestableMessageHandlerContext();
        await (message switch
        {
            OpenChange it => saga.Handle(it, context),
            ApplyChange it => saga.Handle(it, context),
            NightsMoved it => saga.Handle(it, context),
            CancelBooking it => saga.Handle(it, context),
            _ => throw new ArgumentOutOfRangeException(nameof(message)),
        });
        return [.. context.SentMessages.Select(sent => sent.Message)];
    }
}
