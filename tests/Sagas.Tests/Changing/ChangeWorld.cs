using NServiceBus.Testing;
using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Booking;
using Roost.Domain.Holding;
using Roost.Reservation.Booking;
using Roost.Reservation.Changing;
using Roost.Sagas.Tests.Booking;

namespace Roost.Sagas.Tests.Changing;

/// <summary>
/// A confirmed booking that its guest wants to change: both sagas for real, calendar and payment as the contracts describe them. Guest, Stripe, the clock and others who
/// want the nights may act at any moment. The guest may think of something else: of that newer change only what it says to the booking is part of this story, and the nights
/// it takes over.
/// </summary>
public sealed class ChangeWorld : IWorld<ChangeWorld, ChangeWorld.Act, (ChangeWorld.Facts, int, int, (UInt128, UInt128))>
{
    /// <summary>The claim of the change, as the calendar keeps it.</summary>
    public enum Claim { None, Held, Lapsed, Refused, GivenBack, Used, Lost }
    public enum Card { Unasked, Asked, Authorized, Declined, LetGo, Captured }

    /// <summary>The deadline passes once there was a hold, whatever became of it since: the timeout may still be on its way.</summary>
    public enum Act { GuestConfirms, GuestCancels, StripeAuthorizes, StripeDeclines, DeadlinePasses, SomebodyElseBooksTheNewNights, GuestArrives, GuestAsksForAnother }

    /// <param name="Claimed">Which stay the booking's claim is on; null when it was given back.</param>
    /// <param name="Why">The code the change was refused with.</param>
    public readonly record struct Facts(
        Stay? Claimed, Claim NewNights, bool NewNightsGone, Card Money, int Done, bool Applied, string? Why, bool AnotherIsOpen, bool AnotherIsRejected);

    public static readonly Guid ChangeId = new("0199f000-0000-7000-8000-0000000000c1");
    public static readonly Guid Another = new("0199f000-0000-7000-8000-0000000000c2");
    public static readonly Stay Longer = new(Example.Stay.CheckIn, Example.Stay.CheckOut.AddDays(1));
    public static readonly Stay Shorter = new(Example.Stay.CheckIn, Example.Stay.CheckOut.AddDays(-1));
    public static readonly Stay Later = new(Example.Stay.CheckIn.AddDays(1), Example.Stay.CheckOut.AddDays(1));
    static readonly DateTimeOffset Deadline = Example.AskedAt + HoldRules.Length(UnitKind.Home);

    readonly Mind<BookingSaga.State> bookings = new(AskBooking, BookingWorld.CopyOf);
    readonly Mind<BookingChangeSaga.State> changes = new(AskChange, it => new() { Id = it.Id, ChangeId = it.ChangeId, Step = it.Step, Request = it.Request });
    Mind<BookingSaga.State>.Known booking;
    Mind<BookingChangeSaga.State>.Known change;

    /// <summary>The stay that the guest wants instead.</summary>
    readonly Stay wish;

    ChangeWorld(BookingSaga.State confirmed, Stay wish)
    {
        (booking, change, this.wish) = (bookings.Of(confirmed), changes.Of(new() { ChangeId = ChangeId }), wish);
        Now = new Facts { Claimed = Example.Stay };
    }

    public BookingSaga.State Booking => booking.State;
    public BookingChangeSaga.State Change => change.State;
    public Facts Now { get; private set; }
    public Bag Bag { get; private set; } = new();
    public Story Story { get; private set; } = new("a guest asks for a change", null);

    public static async Task<ChangeWorld> Start(Stay? wish = null)
    {
        var saga = new BookingSaga { Data = new() { BookingId = Example.BookingId } };
        await saga.Handle(Example.Request(), new TestableMessageHandlerContext());
        await saga.Handle(new NightsHeld(Example.BookingId, Example.AskedAt, 1), new TestableMessageHandlerContext());
        await saga.Handle(new PaymentAuthorized(Example.BookingId, Example.BookingId, Example.Price.Total, null), new TestableMessageHandlerContext());
        await saga.Handle(new NightsConfirmed(Example.BookingId), new TestableMessageHandlerContext());
        saga.Data.Version = 0;
        var world = new ChangeWorld(saga.Data, wish ?? Longer);
        world.Bag.Put(new RequestChange(
            ChangeId, Example.BookingId, Example.GuestId, UnitKind.Home, Example.Line(world.wish), new(3), Example.Price.Total, Example.Priced(world.wish),
            Example.Request().Policy));
        return world;
    }

    public ChangeWorld Copy()
    {
        var copy = (ChangeWorld)MemberwiseClone();
        copy.Bag = Bag.Copy();
        return copy;
    }

    public (Facts, int, int, (UInt128, UInt128)) Key => (Now, booking.Number, change.Number, Bag.Key);

    /// <summary>Nothing is under way and no clock runs: people and Stripe may still act, but need not.</summary>
    public bool IsQuiet => !CanHappen(Act.DeadlinePasses) && HasHeardEverything;

    /// <summary>Nothing is under way, but deadlines may still lie ahead.</summary>
    public bool HasHeardEverything => !Bag.HasPending(IsDue);

    public bool Did(Act act) => (Now.Done & (1 << (int)act)) != 0;

    /// <summary>What of the booking's own payment went back; a refund that is asked for twice goes back once.</summary>
    public Money GivenBack => Bag.Messages.Select(it => it.Message).OfType<RefundPayment>()
        .Where(it => it.PaymentId != ChangeId).DistinctBy(it => it.RefundId).Select(it => it.Amount).Sum("EUR");

    public bool CanHappen(Act act) => !Did(act) && act switch
    {
        Act.GuestConfirms => Change.Step == BookingChangeSaga.Step.Proposed,
        Act.StripeAuthorizes or Act.StripeDeclines => Now.Money == Card.Asked,
        Act.DeadlinePasses => Now.NewNights is not (Claim.None or Claim.Refused),
        Act.SomebodyElseBooksTheNewNights => Now.NewNights is not (Claim.Held or Claim.Used) && wish != Shorter,
        Act.GuestArrives => Booking.Status == BookingState.Confirmed,
        _ => true,
    };

    public void Do(Act act)
    {
        Now = Now with { Done = Now.Done | (1 << (int)act) };
        Story = new(act.ToString(), Story);
        switch (act)
        {
            case Act.GuestConfirms: Bag.Put(new ConfirmChange(ChangeId, Example.GuestId, "pm_card_visa")); break;
            case Act.GuestCancels: Bag.Put(new CancelBooking(Example.BookingId, Actor.Guest, Example.GuestId, Example.AskedAt, "plans changed")); break;
            case Act.StripeAuthorizes: StripeSays(Card.Authorized); break;
            case Act.StripeDeclines: StripeSays(Card.Declined); break;
            case Act.DeadlinePasses: Now = Now with { NewNights = Now.NewNights == Claim.Held ? Claim.Lapsed : Now.NewNights }; break;
            case Act.SomebodyElseBooksTheNewNights: Now = Now with { NewNightsGone = true }; break;
            case Act.GuestAsksForAnother: Bag.Put(new OpenChange(Example.BookingId, Another)); break;
            case Act.GuestArrives: Bag.Put(new BookingSaga.ArrivalIsDue { At = Booking.ArrivesAt, DatesVersion = Booking.DatesVersion }); break;
        }
    }

    public bool IsDue(object message) => message is not Timer || Did(Act.DeadlinePasses);

    public async Task Deliver(object message)
    {
        Story = new(message.GetType().Name, Story);
        switch (message)
        {
            case ChangeOpened { ChangeId: var id } opened when id == Another: OpenAnother(opened); break;
            case ChangeRejected { ChangeId: var id } when id == Another: Now = Now with { AnotherIsOpen = false, AnotherIsRejected = true }; break;
            case HoldNightsForChange: HoldForChange(); break;
            case MoveNights: Move(); break;
            case ReleaseNights { HoldId: var id } when id == ChangeId: Release(); break;
            case ReleaseNights: Now = Now with { Claimed = null }; Bag.Answer(new NightsReleased(Example.BookingId)); break;
            case AuthorizePayment: if (Now.Money == Card.Unasked) Now = Now with { Money = Card.Asked }; else SayAgain(); break;
            case AbandonPayment: if (Now.Money is Card.Asked or Card.Unasked) StripeSays(Card.Declined); else SayAgain(); break;
            case VoidPayment: Now = Now with { Money = Card.LetGo }; Bag.Answer(new PaymentVoided(ChangeId, Example.BookingId)); break;
            case CapturePayment { PaymentId: var id } when id != ChangeId: break; // the booking's own is not part of this story
            case CapturePayment: if (Now.Money == Card.Authorized) Now = Now with { Money = Card.Captured }; break; // what was given back before is not taken
            case RefundPayment it: Refund(it); break;
            default: await ToSagas(message); break;
        }
    }

    /// <summary>A claim that was made once answers as it did, whatever became of it since.</summary>
    void HoldForChange()
    {
        if (Now.NewNights == Claim.None) Now = Now with { NewNights = Now.NewNightsGone || Now.Claimed is null ? Claim.Refused : Claim.Held };
        Bag.Answer(Now.NewNights is Claim.Refused or Claim.GivenBack
            ? new NightsRefused(ChangeId, "nights_unavailable", Example.UnitId, null) : new NightsHeld(ChangeId, Deadline, 1));
    }

    /// <summary>It holds its nights, and those of the older one with them. Once it was rejected it does not listen any more.</summary>
    void OpenAnother(ChangeOpened opened)
    {
        if (Now.AnotherIsRejected) return;
        Now = Now with { AnotherIsOpen = true, NewNights = opened.Instead == ChangeId && Now.NewNights == Claim.Held ? Claim.GivenBack : Now.NewNights };
    }

    void Release()
    {
        if (Now.NewNights is Claim.None or Claim.Held or Claim.Lapsed) Now = Now with { NewNights = Claim.GivenBack };
    }

    void Move()
    {
        if (Now.NewNights is Claim.Held or Claim.Lapsed)
        {
            var isPossible = Now.Claimed is not null && (Now.NewNights == Claim.Held || !Now.NewNightsGone);
            Now = isPossible ? Now with { NewNights = Claim.Used, Claimed = wish } : Now with { NewNights = Claim.Lost };
        }
        Bag.Answer(Now.NewNights == Claim.Used ? new NightsMoved(Example.BookingId, ChangeId) : new MoveRefused(Example.BookingId, ChangeId, "nights_unavailable"));
    }

    void StripeSays(Card answer)
    {
        Now = Now with { Money = answer };
        Bag.Answer(answer is Card.Authorized or Card.Captured
            ? new PaymentAuthorized(ChangeId, Example.BookingId, Change.Difference, null)
            : new PaymentDeclined(ChangeId, Example.BookingId, Did(Act.StripeDeclines) ? "card_declined" : "abandoned"));
    }

    void SayAgain()
    {
        if (Now.Money is Card.Authorized or Card.Declined or Card.Captured) StripeSays(Now.Money);
    }

    void Refund(RefundPayment refund)
    {
        if (refund.PaymentId == ChangeId) Now = Now with { Money = Card.LetGo };
        Bag.Answer(new PaymentRefunded(refund.RefundId, refund.PaymentId, Example.BookingId, refund.Amount, refund.Amount));
    }

    async Task ToSagas(object message)
    {
        if (IsForBooking(message))
        {
            var effect = await bookings.Tell(booking, message);
            booking = effect.After;
            Take(effect.Sent, effect.Published);
        }
        if (!IsForBooking(message) || message is PaymentAuthorized or PaymentDeclined)
        {
            var effect = await changes.Tell(change, message);
            change = effect.After;
            Take(effect.Sent, effect.Published);
        }
    }

    void Take(IReadOnlyList<(object Message, DateTimeOffset? At)> sent, IReadOnlyList<object> told)
    {
        foreach (var one in told)
            Now = one is BookingChanged ? Now with { Applied = true } : one is ChangeRefused refused ? Now with { Why = refused.Code } : Now;
        foreach (var (one, at) in sent)
        {
            if (one is BookingChangeSaga.TimeToConfirmIsOver && at == Deadline) Bag.Put(new Timer());
            else if (one.GetType().DeclaringType != typeof(BookingSaga) && one.GetType().DeclaringType != typeof(BookingChangeSaga)) Bag.Put(one);
        }
    }

    static bool IsForBooking(object message) => message is OpenChange or ApplyChange or NightsMoved or MoveRefused or CancelBooking or BookingSaga.ArrivalIsDue
        or NightsReleased or PaymentRefunded or PaymentVoided or PaymentAuthorized or PaymentDeclined;

    static async Task AskBooking(BookingSaga.State state, object message, TestableMessageHandlerContext context)
    {
        var saga = new BookingSaga { Data = state };
        await (message switch
        {
            OpenChange it => saga.Handle(it, context),
            ApplyChange it => saga.Handle(it, context),
            NightsMoved it => saga.Handle(it, context),
            MoveRefused it => saga.Handle(it, context),
            CancelBooking it => saga.Handle(it, context),
            BookingSaga.ArrivalIsDue it => saga.Timeout(it, context),
            NightsReleased it => saga.Handle(it, context),
            PaymentRefunded it => saga.Handle(it, context),
            PaymentVoided it => saga.Handle(it, context),
            PaymentAuthorized it => saga.Handle(it, context),
            PaymentDeclined it => saga.Handle(it, context),
            _ => throw new InvalidOperationException($"Nobody handles {message.GetType().Name}."),
        });
        state.Version = 0; // how often it has spoken decides nothing
    }

    static Task AskChange(BookingChangeSaga.State state, object message, TestableMessageHandlerContext context)
    {
        var saga = new BookingChangeSaga { Data = state };
        return message switch
        {
            RequestChange it => saga.Handle(it, context),
            ChangeOpened it => saga.Handle(it, context),
            ConfirmChange it => saga.Handle(it, context),
            NightsHeld it => saga.Handle(it, context),
            NightsRefused it => saga.Handle(it, context),
            ChangeApplied it => saga.Handle(it, context),
            ChangeRejected it => saga.Handle(it, context),
            Timer => saga.Timeout(new BookingChangeSaga.TimeToConfirmIsOver(), context),
            PaymentAuthorized it => saga.Handle(it, context),
            PaymentDeclined it => saga.Handle(it, context),
            _ => throw new InvalidOperationException($"Nobody handles {message.GetType().Name}."),
        };
    }

    /// <summary>Of the change's hold; one for another instant would never come in this story.</summary>
    sealed record Timer;
}
