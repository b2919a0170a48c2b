using NServiceBus.Testing;
using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Booking;
using Roost.Domain.Holding;
using Roost.Reservation.Booking;

namespace Roost.Sagas.Tests.Booking;

/// <summary>
/// One booking with everything round it: the real saga, and the calendar and the payment as the contracts describe them. The world itself (the clock, Stripe, the
/// guest, the host, staff) may act at any moment.
/// </summary>
public sealed class BookingWorld : IWorld<BookingWorld, BookingWorld.Act, (BookingWorld.Facts, int, (UInt128, UInt128))>
{
    public enum Claim { None, Held, Lapsed, Booked, GivenBack }
    public enum Card { Unasked, Asked, Authorized, Declined, LetGo }

    /// <summary>The clock passes each deadline that was ever set, whatever became of the hold since: a timeout for it may still be on its way.</summary>
    public enum Act
    {
        StripeAuthorizes, StripeDeclines, FirstDeadlinePasses, HostBlocks, HostAccepts, HostDeclines, AnswerDeadlinePasses,
        GuestCancels, HostCancels, HostCancelsTooSoon, StaffCancel, SystemCancels,
    }

    /// <param name="Why">The code it was refused with.</param>
    public readonly record struct Facts(
        Claim Nights, int HoldVersion, bool BlockedByHost, Card Money, bool Abandoned, bool CaptureAsked, int Done, bool Confirmed, string? Why, Actor? CancelledBy, bool Penalty, int RefundsTold);

    /// <summary>Half a day before the arrival: who cancels decides what goes back.</summary>
    public static readonly DateTimeOffset CancelledAt = new(2027, 3, 15, 3, 0, 0, TimeSpan.Zero);
    public static readonly Money SaidByStaff = new(10_000, "EUR");

    static readonly Act[] Clock = [Act.FirstDeadlinePasses, Act.AnswerDeadlinePasses];
    static readonly DateTimeOffset FirstDeadline = Example.AskedAt + HoldRules.Length(UnitKind.Home);
    static readonly DateTimeOffset AnswerDeadline = Example.AskedAt + HoldRules.HostAnswer;

    readonly Mind<BookingSaga.State> mind = new(Ask, CopyOf);
    Mind<BookingSaga.State>.Known saga;

    BookingWorld() => saga = mind.Of(new() { BookingId = Example.BookingId });

    public BookingSaga.State Saga => saga.State;
    public Facts Now { get; private set; }
    public Bag Bag { get; private set; } = new();
    public Story Story { get; private set; } = new("a guest asks", null);

    public static BookingWorld Start(bool instantBook)
    {
        var world = new BookingWorld();
        world.Bag.Put(Example.Request(instantBook));
        return world;
    }

    public BookingWorld Copy()
    {
        var copy = (BookingWorld)MemberwiseClone();
        copy.Bag = Bag.Copy();
        return copy;
    }

    public (Facts, int, (UInt128, UInt128)) Key => (Now, saga.Number, Bag.Key);

    /// <summary>Nothing is under way and no clock runs: people and Stripe may still act, but need not.</summary>
    public bool IsQuiet => !Array.Exists(Clock, CanHappen) && !Bag.HasPending(IsDue);

    public bool Did(Act act) => (Now.Done & (1 << (int)act)) != 0;

    /// <summary>A refund that is asked for twice goes back once.</summary>
    public Money GivenBack => Bag.Messages.Select(it => it.Message).OfType<RefundPayment>().DistinctBy(it => it.RefundId).Select(it => it.Amount).Sum("EUR");

    public bool CanHappen(Act act) => !Did(act) && act switch
    {
        Act.StripeAuthorizes or Act.StripeDeclines => Now.Money == Card.Asked,
        Act.FirstDeadlinePasses => Now.HoldVersion > 0,
        Act.AnswerDeadlinePasses => Now.HoldVersion == 2 && Did(Act.FirstDeadlinePasses),
        Act.HostAccepts or Act.HostDeclines => Saga.Status == BookingState.AwaitingHost,
        Act.HostCancelsTooSoon => Saga.Request is not null && !Now.Confirmed,
        Act.HostCancels => Saga.Status == BookingState.Confirmed,
        _ => Saga.Request is not null,
    };

    public void Do(Act act)
    {
        Now = Now with { Done = Now.Done | (1 << (int)act) };
        Story = new(act.ToString(), Story);
        switch (act)
        {
            case Act.StripeAuthorizes: StripeSays(Card.Authorized); break;
            case Act.StripeDeclines: StripeSays(Card.Declined); break;
            case Act.FirstDeadlinePasses: LapseIfHeld(version: 1); break;
            case Act.AnswerDeadlinePasses: LapseIfHeld(version: 2); break;
            case Act.HostBlocks: Now = Now with { BlockedByHost = Now.Nights is Claim.Lapsed or Claim.GivenBack or Claim.None }; break;
            case Act.HostAccepts: Bag.Put(new AcceptBooking(Example.BookingId, Example.HostId)); break;
            case Act.HostDeclines: Bag.Put(new DeclineBooking(Example.BookingId, Example.HostId, null)); break;
            case Act.GuestCancels: Cancel(Actor.Guest); break;
            case Act.HostCancels: Cancel(Actor.Host); break;
            case Act.HostCancelsTooSoon: Cancel(Actor.Host, reason: "changed my mind"); break;
            case Act.StaffCancel: Cancel(Actor.Staff, SaidByStaff); break;
            case Act.SystemCancels: Cancel(Actor.System); break;
        }
    }

    void LapseIfHeld(int version)
    {
        if (Now.HoldVersion == version && Now.Nights == Claim.Held) Now = Now with { Nights = Claim.Lapsed };
    }

    void Cancel(Actor by, Money? refund = null, string reason = "plans changed") =>
        Bag.Put(new CancelBooking(Example.BookingId, by, Example.GuestId, CancelledAt, reason, refund));

    public Task Deliver(object message)
    {
        Story = new(message.GetType().Name, Story);

        switch (message)
        {
            case HoldNights: Hold(); break;
            case ExtendHold: Extend(); break;
            case ConfirmNights: Confirm(); break;
            case ReleaseNights: Now = Now with { Nights = Claim.GivenBack }; Bag.Answer(new NightsReleased(Example.BookingId)); break;
            case AuthorizePayment: Authorize(); break;
            case AbandonPayment: Abandon(); break;
            case VoidPayment: Now = Now with { Money = Card.LetGo }; Bag.Answer(new PaymentVoided(Example.BookingId, Example.BookingId)); break;
            case CapturePayment: Now = Now with { CaptureAsked = true }; break;
            case RefundPayment it: Bag.Answer(new PaymentRefunded(it.RefundId, it.PaymentId, Example.BookingId, it.Amount, it.Amount)); break;
            default: return ToSaga(message);
        }
        return Task.CompletedTask;
    }

    /// <summary>Whatever the saga says that a timeout is for, it comes when its time has come.</summary>
    public bool IsDue(object message) => message is not Timer timer || Did(timer.At == FirstDeadline ? Act.FirstDeadlinePasses : Act.AnswerDeadlinePasses);

    void Hold()
    {
        if (Now is { Nights: Claim.None, BlockedByHost: false }) Now = Now with { Nights = Claim.Held, HoldVersion = 1 };
        if (Now.Nights is Claim.Held or Claim.Lapsed) Bag.Answer(new NightsHeld(Example.BookingId, FirstDeadline, 1));
        else Bag.Answer(new NightsRefused(Example.BookingId, "nights_unavailable", Example.UnitId, null));
    }

    void Extend()
    {
        if (Now is { Nights: Claim.Lapsed, HoldVersion: 1, BlockedByHost: false }) Now = Now with { Nights = Claim.Held };
        if (Now.Nights == Claim.Held) Now = Now with { HoldVersion = 2 };
        Bag.Answer(Now.Nights is Claim.Held or Claim.Booked ? new NightsHeld(Example.BookingId, AnswerDeadline, 2) : new NightsLost(Example.BookingId));
    }

    void Confirm()
    {
        if (Now.Nights == Claim.Held || Now is { Nights: Claim.Lapsed, BlockedByHost: false }) Now = Now with { Nights = Claim.Booked };
        Bag.Answer(Now.Nights == Claim.Booked ? new NightsConfirmed(Example.BookingId) : new NightsLost(Example.BookingId));
    }

    /// <summary>When nobody waits any more, because that was quicker, nobody is asked for money.</summary>
    void Authorize()
    {
        if (Now.Money == Card.Unasked) Now = Now with { Money = Now.Abandoned ? Card.Declined : Card.Asked };
        Repeat();
    }

    void Abandon()
    {
        Now = Now with { Money = Now.Money == Card.Asked ? Card.Declined : Now.Money, Abandoned = true };
        Repeat();
    }

    void StripeSays(Card answer)
    {
        Now = Now with { Money = answer };
        Repeat();
    }

    void Repeat()
    {
        if (Now.Money == Card.Authorized) Bag.Answer(new PaymentAuthorized(Example.BookingId, Example.BookingId, Example.Price.Total, null));
        if (Now.Money == Card.Declined)
            Bag.Answer(new PaymentDeclined(Example.BookingId, Example.BookingId, Did(Act.StripeDeclines) ? "card_declined" : "abandoned"));
    }

    async Task ToSaga(object message)
    {
        var effect = await mind.Tell(saga, message);
        saga = effect.After;
        foreach (var told in effect.Published)
        {
            Now = told switch
            {
                BookingConfirmed => Now with { Confirmed = true },
                BookingRefused it => Now with { Why = it.Code },
                BookingCancelled it => Now with { CancelledBy = it.By, Penalty = it.HostPenalty is not null },
                BookingRefunded => Now with { RefundsTold = Now.RefundsTold + 1 },
                _ => Now,
            };
        }
        foreach (var (sent, at) in effect.Sent)
        {
            if (sent is BookingSaga.HoldRanOut deadline) Bag.Put(new Timer(deadline, at!.Value));
            else if (sent.GetType().DeclaringType != typeof(BookingSaga)) Bag.Put(sent); // arrival and forgetting are not part of this story
        }
    }

    static async Task Ask(BookingSaga.State state, object message, TestableMessageHandlerContext context)
    {
        var saga = new BookingSaga { Data = state };
        await (message switch
        {
            PlaceBooking it => saga.Handle(it, context),
            NightsHeld it => saga.Handle(it, context),
            NightsRefused it => saga.Handle(it, context),
            NightsConfirmed it => saga.Handle(it, context),
            NightsLost it => saga.Handle(it, context),
            NightsReleased it => saga.Handle(it, context),
            PaymentAuthorized it => saga.Handle(it, context),
            PaymentDeclined it => saga.Handle(it, context),
            PaymentVoided it => saga.Handle(it, context),
            PaymentRefunded it => saga.Handle(it, context),
            AcceptBooking it => saga.Handle(it, context),
            DeclineBooking it => saga.Handle(it, context),
            CancelBooking it => saga.Handle(it, context),
            Timer it => saga.Timeout(it.Deadline, context),
            _ => throw new InvalidOperationException($"Nobody handles {message.GetType().Name}."),
        });
        state.Version = 0; // how often it has spoken decides nothing
    }

    internal static BookingSaga.State CopyOf(BookingSaga.State saga) => new()
    {
        Id = saga.Id, BookingId = saga.BookingId, Status = saga.Status, Version = saga.Version, Request = saga.Request, Nights = saga.Nights,
        Guests = saga.Guests, Price = saga.Price, Policy = saga.Policy, HoldVersion = saga.HoldVersion, PaymentAsked = saga.PaymentAsked,
        PaymentAuthorized = saga.PaymentAuthorized, HostAccepted = saga.HostAccepted, NewestChange = saga.NewestChange, Change = saga.Change, Changes = [.. saga.Changes],
        DatesVersion = saga.DatesVersion,
        Payments = [.. saga.Payments.Select(it => new BookingSaga.Payment { PaymentId = it.PaymentId, Paid = it.Paid, Refunded = it.Refunded })],
        GoingBack = [.. saga.GoingBack], NightsGoingBack = saga.NightsGoingBack, Settled = saga.Settled, Refunded = [.. saga.Refunded],
    };

    public sealed record Timer(BookingSaga.HoldRanOut Deadline, DateTimeOffset At);
}
