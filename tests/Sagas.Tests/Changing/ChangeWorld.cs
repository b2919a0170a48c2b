using NServiceBus.Testing;
using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Booking;
using Roost.Reservation.Booking;
using Roost.Reservation.Changing;
using Roost.Sagas.Tests.Booking;

namespace Roost.Sagas.Tests.Changing;

/// <summary>
/// A confirmed booking that its guest wants to lengthen: both sagas for real, calendar and payment as the contracts describe them, messages in a bag that may be
/// delivered in any order.
/// </summary>
public sealed class ChangeWorld
{
    public enum Card { Unasked, Asked, Authorized, Declined, LetGo, Captured }
    public enum Act { GuestConfirms, GuestCancels, StripeAuthorizes, StripeDeclines, HoldRunsOut, SomebodyElseBooksTheNewNights }

    public static readonly Guid ChangeId = new("0199f000-0000-7000-8000-0000000000c1");
    public static readonly Stay Longer = new(Example.Stay.CheckIn, Example.Stay.CheckOut.AddDays(1));

    public BookingSaga.State Booking { get; private set; } = null!;
    public BookingChangeSaga.State Change { get; private set; } = new() { ChangeId = ChangeId };

    /// <summary>Which stay the booking's claim is on; null when it was given back.</summary>
    public Stay? Claimed { get; private set; } = Example.Stay;
    public bool NewNightsHeld { get; private set; }
    public bool NewNightsGone { get; private set; }
    public bool ChangeReleased { get; private set; }
    public bool Moved { get; private set; }
    public Card Money { get; private set; }
    public bool BookingRefunded { get; private set; }
    public List<object> Bag { get; private set; } = [];
    public List<Act> Done { get; private set; } = [];
    public HashSet<string> Told { get; private set; } = [];
    public List<string> Path { get; private set; } = [];

    public static async Task<ChangeWorld> Start()
    {
        var saga = new BookingSaga { Data = new() { BookingId = Example.BookingId } };
        await saga.Handle(Example.Request(), new TestableMessageHandlerContext());
        await saga.Handle(new NightsHeld(Example.BookingId, Example.AskedAt, 1), new TestableMessageHandlerContext());
        await saga.Handle(new PaymentAuthorized(Example.BookingId, Example.BookingId, Example.Price.Total, null), new TestableMessageHandlerContext());
        await saga.Handle(new NightsConfirmed(Example.BookingId), new TestableMessageHandlerContext());
        var world = new ChangeWorld { Booking = saga.Data };
        world.Bag.Add(new RequestChange(
            ChangeId, Example.BookingId, Example.GuestId, UnitKind.Home, Example.Line(Longer), new(3), Example.Price.Total, Example.Priced(Longer),
            Example.Request().Policy));
        return world;
    }

    public ChangeWorld Copy()
    {
        var copy = (ChangeWorld)MemberwiseClone();
        (copy.Bag, copy.Done, copy.Told, copy.Path) = ([.. Bag], [.. Done], [.. Told], [.. Path]);
        copy.Booking = BookingWorld.CopyOf(Booking);
        copy.Change = new() { Id = Change.Id, ChangeId = ChangeId, Step = Change.Step, Request = Change.Request };
        return copy;
    }

    public string Key() => string.Join('|',
    [
        Booking.Status, Booking.Price.Total, Booking.Change is null, Booking.Settled, Booking.NightsGoingBack, string.Join(',', Booking.GoingBack), Booking.Payments.Count,
        Booking.DatesVersion, Change.Step, Change.Request is null, Claimed, NewNightsHeld, NewNightsGone, ChangeReleased, Moved, Money, BookingRefunded,
        string.Join(',', Bag.Select(message => message.GetType().Name).Order(StringComparer.Ordinal)), string.Join(',', Done.Order()),
        string.Join(',', Told.Order(StringComparer.Ordinal)),
    ]);

    public bool CanHappen(Act act) => !Done.Contains(act) && act switch
    {
        Act.GuestConfirms => Change.Step == BookingChangeSaga.Step.Proposed,
        Act.StripeAuthorizes or Act.StripeDeclines => Money == Card.Asked,
        Act.HoldRunsOut => NewNightsHeld,
        Act.SomebodyElseBooksTheNewNights => !NewNightsHeld && !Moved,
        _ => true,
    };

    public void Do(Act act)
    {
        Done.Add(act);
        Path.Add(act.ToString());
        switch (act)
        {
            case Act.GuestConfirms: Bag.Add(new ConfirmChange(ChangeId, Example.GuestId, "pm_card_visa")); break;
            case Act.GuestCancels: Bag.Add(new CancelBooking(Example.BookingId, Actor.Guest, Example.GuestId, Example.AskedAt, "plans changed")); break;
            case Act.StripeAuthorizes: StripeSays(Card.Authorized); break;
            case Act.StripeDeclines: StripeSays(Card.Declined); break;
            case Act.HoldRunsOut: NewNightsHeld = false; break;
            case Act.SomebodyElseBooksTheNewNights: NewNightsGone = true; break;
        }
    }

    public bool IsDue(object message) => message is not BookingChangeSaga.TimeToConfirmIsOver || Done.Contains(Act.HoldRunsOut);

    public async Task Deliver(object message)
    {
        Path.Add(message.GetType().Name);
        Bag.Remove(message);
        switch (message)
        {
            case HoldNightsForChange: HoldForChange(); break;
            case MoveNights: Move(); break;
            case ReleaseNights { HoldId: var id } when id == ChangeId: (NewNightsHeld, ChangeReleased) = (false, true); break;
            case ReleaseNights: Claimed = null; Bag.Add(new NightsReleased(Example.BookingId)); break;
            case AuthorizePayment: if (Money == Card.Unasked) Money = Card.Asked; break;
            case AbandonPayment: if (Money == Card.Asked) StripeSays(Card.Declined); else if (Money == Card.Authorized) StripeSays(Card.Authorized); break;
            case VoidPayment: Money = Card.LetGo; Bag.Add(new PaymentVoided(ChangeId, Example.BookingId)); break;
            case CapturePayment: if (Money == Card.Authorized) Money = Card.Captured; break; // what was given back before is not taken
            case RefundPayment it: Refund(it); break;
            default: await ToSagas(message); break;
        }
    }

    void HoldForChange()
    {
        NewNightsHeld = !NewNightsGone && !ChangeReleased && Claimed is not null;
        Bag.Add(NewNightsHeld ? new NightsHeld(ChangeId, Example.AskedAt, 1) : new NightsRefused(ChangeId, "nights_unavailable", Example.UnitId, null));
    }

    void Move()
    {
        Moved = Claimed is not null && (NewNightsHeld || (!NewNightsGone && !ChangeReleased));
        if (Moved) (Claimed, NewNightsHeld) = (Longer, false);
        Bag.Add(Moved ? new NightsMoved(Example.BookingId, ChangeId) : new MoveRefused(Example.BookingId, ChangeId, "nights_unavailable"));
    }

    void StripeSays(Card answer)
    {
        Money = answer;
        Bag.Add(answer == Card.Authorized
            ? new PaymentAuthorized(ChangeId, Example.BookingId, Change.Difference, null)
            : new PaymentDeclined(ChangeId, Example.BookingId, "card_declined"));
    }

    void Refund(RefundPayment refund)
    {
        if (refund.PaymentId == ChangeId) Money = Card.LetGo;
        else BookingRefunded = true;
        Bag.Add(new PaymentRefunded(refund.RefundId, refund.PaymentId, Example.BookingId, refund.Amount, refund.Amount));
    }

    async Task ToSagas(object message)
    {
        var context = new TestableMessageHandlerContext();
        var booking = new BookingSaga { Data = Booking };
        var change = new BookingChangeSaga { Data = Change };
        await (message switch
        {
            RequestChange it => change.Handle(it, context),
            ConfirmChange it => change.Handle(it, context),
            NightsHeld it => change.Handle(it, context),
            NightsRefused it => change.Handle(it, context),
            ChangeApplied it => change.Handle(it, context),
            ChangeRejected it => change.Handle(it, context),
            BookingChangeSaga.TimeToConfirmIsOver it => change.Timeout(it, context),
            PaymentAuthorized it => Task.WhenAll(booking.Handle(it, context), change.Handle(it, context)),
            PaymentDeclined it => Task.WhenAll(booking.Handle(it, context), change.Handle(it, context)),
            ApplyChange it => booking.Handle(it, context),
            NightsMoved it => booking.Handle(it, context),
            MoveRefused it => booking.Handle(it, context),
            CancelBooking it => booking.Handle(it, context),
            NightsReleased it => booking.Handle(it, context),
            PaymentRefunded it => booking.Handle(it, context),
            PaymentVoided it => booking.Handle(it, context),
            _ => throw new InvalidOperationException($"Nobody handles {message.GetType().Name}."),
        });
        Told.UnionWith(context.PublishedMessages.Select(sent => sent.Message.GetType().Name));
        Bag.AddRange(context.SentMessages.Select(sent => sent.Message).Where(sent =>
            sent is BookingChangeSaga.TimeToConfirmIsOver || (sent.GetType().DeclaringType != typeof(BookingSaga) && sent.GetType().DeclaringType != typeof(BookingChangeSaga))));
    }
}
