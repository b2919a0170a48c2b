using NServiceBus.Testing;
using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Booking;
using Roost.Reservation.Booking;
using Roost.Reservation.Changing;
using Roost.Sagas.Tests.Booking;

namespace Roost.Sagas.Tests.Changing;

/// <summary>
/// A confirmed booking that its guest wants to change: both sagas for real, calendar and payment as the contracts describe them. Guest, Stripe, the clock and others who
/// want the nights may act at any moment.
/// </summary>
public sealed class ChangeWorld : IWorld<ChangeWorld, ChangeWorld.Act>
{
    /// <summary>The claim of the change, as the calendar keeps it.</summary>
    public enum Claim { None, Held, Lapsed, Refused, GivenBack, Used, Lost }
    public enum Card { Unasked, Asked, Authorized, Declined, LetGo, Captured }
    public enum Act { GuestConfirms, GuestCancels, StripeAuthorizes, StripeDeclines, HoldRunsOut, SomebodyElseBooksTheNewNights, GuestArrives }

    public static readonly Guid ChangeId = new("0199f000-0000-7000-8000-0000000000c1");
    public static readonly Stay Longer = new(Example.Stay.CheckIn, Example.Stay.CheckOut.AddDays(1));
    public static readonly Stay Shorter = new(Example.Stay.CheckIn, Example.Stay.CheckOut.AddDays(-1));
    public static readonly Stay Later = new(Example.Stay.CheckIn.AddDays(1), Example.Stay.CheckOut.AddDays(1));

    public BookingSaga.State Booking { get; private set; } = null!;
    public BookingChangeSaga.State Change { get; private set; } = new() { ChangeId = ChangeId };

    /// <summary>Which stay the booking's claim is on; null when it was given back.</summary>
    public Stay? Claimed { get; private set; } = Example.Stay;
    public Claim NewNights { get; private set; }
    public bool NewNightsGone { get; private set; }
    public Card Money { get; private set; }

    /// <summary>What of the booking's own payment went back; a refund that is asked for twice goes back once.</summary>
    public Dictionary<Guid, Money> Refunds { get; private set; } = [];
    public Bag Bag { get; private set; } = new();
    public List<Act> Done { get; private set; } = [];
    public HashSet<string> Told { get; private set; } = [];
    public Story Story { get; private set; } = new("a guest asks for a change", null);

    /// <summary>The stay that the guest wants instead.</summary>
    Stay wish = Longer;

    public static async Task<ChangeWorld> Start(Stay? wish = null)
    {
        var saga = new BookingSaga { Data = new() { BookingId = Example.BookingId } };
        await saga.Handle(Example.Request(), new TestableMessageHandlerContext());
        await saga.Handle(new NightsHeld(Example.BookingId, Example.AskedAt, 1), new TestableMessageHandlerContext());
        await saga.Handle(new PaymentAuthorized(Example.BookingId, Example.BookingId, Example.Price.Total, null), new TestableMessageHandlerContext());
        await saga.Handle(new NightsConfirmed(Example.BookingId), new TestableMessageHandlerContext());
        var world = new ChangeWorld { Booking = saga.Data, wish = wish ?? Longer };
        world.Bag.Put(new RequestChange(
            ChangeId, Example.BookingId, Example.GuestId, UnitKind.Home, Example.Line(world.wish), new(3), Example.Price.Total, Example.Priced(world.wish),
            Example.Request().Policy), nameof(RequestChange));
        return world;
    }

    public ChangeWorld Copy()
    {
        var copy = (ChangeWorld)MemberwiseClone();
        (copy.Bag, copy.Done, copy.Told, copy.Refunds) = (Bag.Copy(), [.. Done], [.. Told], new(Refunds));
        copy.Booking = BookingWorld.CopyOf(Booking);
        copy.Change = new() { Id = Change.Id, ChangeId = ChangeId, Step = Change.Step, Request = Change.Request };
        return copy;
    }

    public string Key => string.Join('|',
    [
        Booking.Status, Booking.Price.Total, Booking.Change is null, Booking.Settled, Booking.NightsGoingBack, string.Join(',', Booking.GoingBack),
        string.Join(',', Booking.Payments.Select(it => (it.Paid, it.Refunded))), Booking.DatesVersion, Change.Step, Change.Request is null,
        Claimed, NewNights, NewNightsGone, Money, string.Join(',', Refunds), Bag, string.Join(',', Done.Order()),
        string.Join(',', Told.Order(StringComparer.Ordinal)),
    ]);

    public bool CanHappen(Act act) => !Done.Contains(act) && act switch
    {
        Act.GuestConfirms => Change.Step == BookingChangeSaga.Step.Proposed,
        Act.StripeAuthorizes or Act.StripeDeclines => Money == Card.Asked,
        Act.HoldRunsOut => NewNights == Claim.Held,
        Act.SomebodyElseBooksTheNewNights => NewNights is not (Claim.Held or Claim.Used) && wish != Shorter,
        Act.GuestArrives => Booking.Status == BookingState.Confirmed,
        _ => true,
    };

    public void Do(Act act)
    {
        Done.Add(act);
        Story = new(act.ToString(), Story);
        switch (act)
        {
            case Act.GuestConfirms: Bag.Put(new ConfirmChange(ChangeId, Example.GuestId, "pm_card_visa")); break;
            case Act.GuestCancels: Bag.Put(new CancelBooking(Example.BookingId, Actor.Guest, Example.GuestId, Example.AskedAt, "plans changed")); break;
            case Act.StripeAuthorizes: StripeSays(Card.Authorized); break;
            case Act.StripeDeclines: StripeSays(Card.Declined); break;
            case Act.HoldRunsOut: NewNights = Claim.Lapsed; break;
            case Act.SomebodyElseBooksTheNewNights: NewNightsGone = true; break;
            case Act.GuestArrives: Bag.Put(new BookingSaga.ArrivalIsDue { At = Booking.ArrivesAt, DatesVersion = Booking.DatesVersion }); break;
        }
    }

    public bool IsDue(object message) => message is not BookingChangeSaga.TimeToConfirmIsOver || Done.Contains(Act.HoldRunsOut);

    public async Task Deliver(object message)
    {
        Story = new(message.GetType().Name, Story);
        switch (message)
        {
            case HoldNightsForChange: HoldForChange(); break;
            case MoveNights: Move(); break;
            case ReleaseNights { HoldId: var id } when id == ChangeId: Release(); break;
            case ReleaseNights: Claimed = null; Bag.Answer(new NightsReleased(Example.BookingId)); break;
            case AuthorizePayment: if (Money == Card.Unasked) Money = Card.Asked; else SayAgain(); break;
            case AbandonPayment: if (Money is Card.Asked or Card.Unasked) StripeSays(Card.Declined); else SayAgain(); break;
            case VoidPayment: Money = Card.LetGo; Bag.Answer(new PaymentVoided(ChangeId, Example.BookingId)); break;
            case CapturePayment: if (Money == Card.Authorized) Money = Card.Captured; break; // what was given back before is not taken
            case RefundPayment it: Refund(it); break;
            default: await ToSagas(message); break;
        }
    }

    /// <summary>A claim that was made once answers as it did, whatever became of it since.</summary>
    void HoldForChange()
    {
        if (NewNights == Claim.None) NewNights = NewNightsGone || Claimed is null ? Claim.Refused : Claim.Held;
        Bag.Answer(NewNights is Claim.Refused or Claim.GivenBack
            ? new NightsRefused(ChangeId, "nights_unavailable", Example.UnitId, null) : new NightsHeld(ChangeId, Example.AskedAt, 1));
    }

    void Release()
    {
        if (NewNights is Claim.None or Claim.Held or Claim.Lapsed) NewNights = Claim.GivenBack;
    }

    void Move()
    {
        if (NewNights is Claim.Held or Claim.Lapsed)
        {
            var isPossible = Claimed is not null && (NewNights == Claim.Held || !NewNightsGone);
            (NewNights, Claimed) = isPossible ? (Claim.Used, wish) : (Claim.Lost, Claimed);
        }
        Bag.Answer(NewNights == Claim.Used ? new NightsMoved(Example.BookingId, ChangeId) : new MoveRefused(Example.BookingId, ChangeId, "nights_unavailable"));
    }

    void StripeSays(Card answer)
    {
        Money = answer;
        Bag.Answer(answer is Card.Authorized or Card.Captured
            ? new PaymentAuthorized(ChangeId, Example.BookingId, Change.Difference, null)
            : new PaymentDeclined(ChangeId, Example.BookingId, "card_declined"));
    }

    void SayAgain()
    {
        if (Money is Card.Authorized or Card.Declined or Card.Captured) StripeSays(Money);
    }

    void Refund(RefundPayment refund)
    {
        if (refund.PaymentId == ChangeId) Money = Card.LetGo;
        else Refunds[refund.RefundId] = refund.Amount;
        Bag.Answer(new PaymentRefunded(refund.RefundId, refund.PaymentId, Example.BookingId, refund.Amount, refund.Amount));
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
            BookingSaga.ArrivalIsDue it => booking.Timeout(it, context),
            NightsReleased it => booking.Handle(it, context),
            PaymentRefunded it => booking.Handle(it, context),
            PaymentVoided it => booking.Handle(it, context),
            _ => throw new InvalidOperationException($"Nobody handles {message.GetType().Name}."),
        });
        Told.UnionWith(context.PublishedMessages.Select(sent => sent.Message.GetType().Name));
        foreach (var sent in context.SentMessages.Select(sent => sent.Message).Where(IsPartOfThisStory))
            Bag.Put(sent, sent is ApplyChange or HoldNightsForChange ? sent.GetType().Name : null);
    }

    static bool IsPartOfThisStory(object sent) =>
        sent is BookingChangeSaga.TimeToConfirmIsOver || (sent.GetType().DeclaringType != typeof(BookingSaga) && sent.GetType().DeclaringType != typeof(BookingChangeSaga));
}
