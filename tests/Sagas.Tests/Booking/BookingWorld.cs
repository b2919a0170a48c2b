using NServiceBus.Testing;
using Roost.Contracts;
using Roost.Domain.Booking;
using Roost.Reservation.Booking;

namespace Roost.Sagas.Tests.Booking;

/// <summary>
/// One booking with everything round it: the real saga, and the calendar and the payment as the contracts describe them. The world itself (the clock, Stripe, the
/// guest, the host) may act at any moment.
/// </summary>
public sealed class BookingWorld : IWorld<BookingWorld, BookingWorld.Act>
{
    public enum Claim { None, Held, Lapsed, Booked, GivenBack }
    public enum Card { Unasked, Asked, Authorized, Declined, LetGo }
    public enum Act { StripeAuthorizes, StripeDeclines, HoldRunsOut, GuestCancels, HostBlocks, HostAccepts, HostDeclines, AnswerTimeRunsOut }

    public BookingSaga.State Saga { get; set; } = new();
    public Claim Nights { get; set; }
    public int HoldVersion { get; set; }
    public bool BlockedByHost { get; set; }
    public Card Money { get; set; }
    public bool Abandoned { get; set; }
    public bool CaptureAsked { get; set; }
    public Bag Bag { get; private set; } = new();
    public List<Act> Done { get; private set; } = [];
    public HashSet<string> Told { get; private set; } = [];
    public Story Story { get; private set; } = new("a guest asks", null);

    public static BookingWorld Start(bool instantBook)
    {
        var world = new BookingWorld();
        world.Bag.Put(Example.Request(instantBook), nameof(PlaceBooking));
        return world;
    }

    public BookingWorld Copy()
    {
        var copy = (BookingWorld)MemberwiseClone();
        (copy.Bag, copy.Done, copy.Told, copy.Saga) = (Bag.Copy(), [.. Done], [.. Told], CopyOf(Saga));
        return copy;
    }

    public string Key => string.Join('|',
    [
        Saga.Status, Saga.HoldVersion, Saga.PaymentAsked, Saga.PaymentAuthorized, Saga.HostAccepted, Saga.Settled, Saga.NightsGoingBack,
        string.Join(',', Saga.GoingBack), string.Join(',', Saga.Payments.Select(payment => (payment.PaymentId, payment.Refunded))), Saga.Request is null,
        Nights, HoldVersion, BlockedByHost, Money, Abandoned, CaptureAsked, Bag, string.Join(',', Done.Order()), string.Join(',', Told.Order(StringComparer.Ordinal)),
    ]);

    internal static BookingSaga.State CopyOf(BookingSaga.State saga) => new()
    {
        Id = saga.Id, BookingId = saga.BookingId, Status = saga.Status, Version = saga.Version, Request = saga.Request, Nights = saga.Nights,
        Guests = saga.Guests, Price = saga.Price, Policy = saga.Policy, HoldVersion = saga.HoldVersion, PaymentAsked = saga.PaymentAsked,
        PaymentAuthorized = saga.PaymentAuthorized, HostAccepted = saga.HostAccepted, Change = saga.Change, Changes = [.. saga.Changes],
        DatesVersion = saga.DatesVersion,
        Payments = [.. saga.Payments.Select(it => new BookingSaga.Payment { PaymentId = it.PaymentId, Paid = it.Paid, Refunded = it.Refunded })],
        GoingBack = [.. saga.GoingBack], NightsGoingBack = saga.NightsGoingBack, Settled = saga.Settled, Refunded = [.. saga.Refunded],
    };

    public bool CanHappen(Act act) => !Done.Contains(act) && act switch
    {
        Act.StripeAuthorizes or Act.StripeDeclines => Money == Card.Asked,
        Act.HoldRunsOut => Nights == Claim.Held && HoldVersion == 1,
        Act.AnswerTimeRunsOut => Nights == Claim.Held && HoldVersion == 2,
        Act.HostAccepts or Act.HostDeclines => Saga.Status == BookingState.AwaitingHost,
        _ => Saga.Request is not null,
    };

    public void Do(Act act)
    {
        Done.Add(act);
        Story = new(act.ToString(), Story);
        switch (act)
        {
            case Act.StripeAuthorizes: StripeSays(Card.Authorized); break;
            case Act.StripeDeclines: StripeSays(Card.Declined); break;
            case Act.HoldRunsOut or Act.AnswerTimeRunsOut: Nights = Claim.Lapsed; break;
            case Act.HostBlocks: BlockedByHost |= Nights is Claim.Lapsed or Claim.GivenBack or Claim.None; break;
            case Act.GuestCancels: Bag.Put(new CancelBooking(Example.BookingId, Actor.Guest, Example.GuestId, Example.AskedAt, "plans changed")); break;
            case Act.HostAccepts: Bag.Put(new AcceptBooking(Example.BookingId, Example.HostId)); break;
            case Act.HostDeclines: Bag.Put(new DeclineBooking(Example.BookingId, Example.HostId, null)); break;
        }
    }

    public async Task Deliver(object message)
    {
        Story = new(message.GetType().Name, Story);

        switch (message)
        {
            case HoldNights: Hold(); break;
            case ExtendHold: Extend(); break;
            case ConfirmNights: Confirm(); break;
            case ReleaseNights: Nights = Claim.GivenBack; Answer(new NightsReleased(Example.BookingId)); break;
            case AuthorizePayment: if (Money == Card.Unasked) Money = Card.Asked; else Repeat(); break;
            case AbandonPayment: Abandon(); break;
            case VoidPayment: Money = Card.LetGo; Answer(new PaymentVoided(Example.BookingId, Example.BookingId)); break;
            case CapturePayment: CaptureAsked = true; break;
            default: await ToSaga(message); break;
        }
    }

    /// <summary>A timeout comes when its time has come: the first hold's after it ran out, the long one's after the host's time.</summary>
    public bool IsDue(object message) => message is not Timer timer || (timer.HoldVersion == 1 ? Done.Contains(Act.HoldRunsOut) : Done.Contains(Act.AnswerTimeRunsOut));

    void Hold()
    {
        if (Nights == Claim.None && !BlockedByHost) (Nights, HoldVersion) = (Claim.Held, 1);
        if (Nights is Claim.Held or Claim.Lapsed) Answer(new NightsHeld(Example.BookingId, Example.AskedAt, 1));
        else Answer(new NightsRefused(Example.BookingId, "nights_unavailable", Example.UnitId, null));
    }

    void Extend()
    {
        if (Nights == Claim.Lapsed && !BlockedByHost) Nights = Claim.Held;
        if (Nights == Claim.Held) HoldVersion = 2;
        Answer(Nights is Claim.Held or Claim.Booked ? new NightsHeld(Example.BookingId, Example.AskedAt, 2) : new NightsLost(Example.BookingId));
    }

    void Confirm()
    {
        if (Nights == Claim.Held || (Nights == Claim.Lapsed && !BlockedByHost)) Nights = Claim.Booked;
        Answer(Nights == Claim.Booked ? new NightsConfirmed(Example.BookingId) : new NightsLost(Example.BookingId));
    }

    void Abandon()
    {
        if (Money == Card.Asked) Money = Card.Declined;
        Abandoned = true;
        Repeat();
    }

    void StripeSays(Card answer)
    {
        Money = answer;
        Repeat();
    }

    void Repeat()
    {
        if (Money == Card.Authorized) Answer(new PaymentAuthorized(Example.BookingId, Example.BookingId, Example.Price.Total, null));
        if (Money == Card.Declined) Answer(new PaymentDeclined(Example.BookingId, Example.BookingId, Abandoned ? "abandoned" : "card_declined"));
    }

    void Answer(object message) => Bag.Answer(message);

    async Task ToSaga(object message)
    {
        var context = new TestableMessageHandlerContext();
        var saga = new BookingSaga { Data = Saga };
        Saga.BookingId = Example.BookingId;
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
            Timer it => saga.Timeout(new BookingSaga.HoldRanOut { HoldVersion = it.HoldVersion }, context),
            RefundPayment it => Refund(it),
            _ => throw new InvalidOperationException($"Nobody handles {message.GetType().Name}."),
        });
        Told.UnionWith(context.PublishedMessages.Select(sent => sent.Message.GetType().Name));
        foreach (var sent in context.SentMessages.Select(sent => sent.Message))
        {
            if (sent is BookingSaga.HoldRanOut timer) Bag.Put(new Timer(timer.HoldVersion));
            else if (sent.GetType().DeclaringType != typeof(BookingSaga)) Bag.Put(sent, sent is HoldNights ? nameof(HoldNights) : null); // arrival and forgetting are not part of this story
        }
    }

    Task Refund(RefundPayment refund)
    {
        if (refund.Amount == Example.Price.Total) Money = Card.LetGo;
        Answer(new PaymentRefunded(refund.RefundId, refund.PaymentId, Example.BookingId, refund.Amount, refund.Amount));
        return Task.CompletedTask;
    }

    public sealed record Timer(int HoldVersion);
}
