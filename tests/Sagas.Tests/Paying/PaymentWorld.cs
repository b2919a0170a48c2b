using System.Reflection;
using System.Text.Json;
using NServiceBus.Testing;
using Roost.Contracts;
using Roost.Domain;
using Roost.Payment.Paying;
using Stand = Roost.Payment.Paying.Standing;

namespace Roost.Sagas.Tests.Paying;

/// <summary>
/// One payment with everything round it: the real saga, and Stripe as the steps meet it. An answer that lies in the bag for long is an outcome that is unknown for
/// long. The guest, the bank and the booking may act at any moment.
/// </summary>
public sealed class PaymentWorld : IWorld<PaymentWorld, PaymentWorld.Act, string>
{
    public enum Act { BankAsksGuest, BankApproves, BankDeclines, GuestPasses, GuestFails, HoldLapses, Abandon, Capture, Void, RefundSome, RefundAll }

    public static readonly Guid Id = new("00000000-0000-0000-0000-000000000001");
    public static readonly Guid Some = new("00000000-0000-0000-0000-00000000000a");
    public static readonly Guid All = new("00000000-0000-0000-0000-00000000000b");
    public static readonly Money Price = new(10_000, "USD");
    public static readonly Money Part = new(3_000, "USD");
    static readonly DateTimeOffset Later = new(2027, 3, 1, 15, 0, 0, TimeSpan.Zero);
    static readonly MethodInfo Shallow = typeof(object).GetMethod(nameof(MemberwiseClone), BindingFlags.Instance | BindingFlags.NonPublic)!;

    public PaymentSaga.State Saga { get; private set; } = new() { PaymentId = Id };
    public Bag Bag { get; private set; } = new();
    public List<Act> Done { get; private set; } = [];
    public Story Story { get; private set; } = new("a booking asks for money", null);

    // Stripe
    public Stand? Standing { get; private set; }
    public bool AskedToHold { get; private set; }
    public long Taken { get; private set; }
    public long Refunded { get; private set; }
    public SortedList<string, object> Answers { get; private set; } = [];

    // What was told, and what became of each refund
    public SortedSet<string> Told { get; private set; } = [];
    public SortedList<string, string> Refunds { get; private set; } = [];

    public static PaymentWorld Start()
    {
        var world = new PaymentWorld();
        world.Bag.Put(new AuthorizePayment(Id, Id, Id, Price, "pm_card_visa"));
        return world;
    }

    public PaymentWorld Copy()
    {
        var copy = (PaymentWorld)MemberwiseClone();
        (copy.Bag, copy.Done, copy.Answers, copy.Told, copy.Refunds) = (Bag.Copy(), [.. Done], new(Answers), [.. Told], new(Refunds));
        copy.Saga = (PaymentSaga.State)Shallow.Invoke(Saga, null)!;
        copy.Saga.Refunds = [.. Saga.Refunds.Select(refund => (PaymentSaga.Refund)Shallow.Invoke(refund, null)!)];
        return copy;
    }

    public string Key => string.Join('|',
    [
        JsonSerializer.Serialize(Saga), Bag.Key, string.Join(',', Done.Order()), Standing, AskedToHold, Taken, Refunded,
        string.Join(',', Answers), string.Join(',', Told), string.Join(',', Refunds),
    ]);

    public bool CanHappen(Act act) => !Done.Contains(act) && act switch
    {
        Act.BankAsksGuest or Act.BankApproves or Act.BankDeclines => AskedToHold && Standing is null,
        Act.GuestPasses or Act.GuestFails => Standing is Stand.GuestMustAct,
        Act.HoldLapses => Standing is Stand.Held,
        // a booking captures and refunds only what it knows to be authorized
        Act.Capture => Told.Contains(nameof(PaymentAuthorized)) && !Done.Contains(Act.Abandon),
        Act.RefundSome or Act.RefundAll => Done.Contains(Act.Capture),
        _ => true,
    };

    public void Do(Act act)
    {
        Done.Add(act);
        Story = new(act.ToString(), Story);
        switch (act)
        {
            case Act.BankApproves: BankSays(Stand.Held); break;
            case Act.BankDeclines: BankSays(Stand.Declined); break;
            case Act.BankAsksGuest: BankSays(Stand.GuestMustAct); break;
            case Act.GuestPasses: Standing = Stand.Held; break;
            case Act.GuestFails: Standing = Stand.Declined; break;
            case Act.HoldLapses: Standing = Stand.LetGo; break;
            case Act.Abandon: Bag.Put(new AbandonPayment(Id)); break;
            case Act.Void: Bag.Put(new VoidPayment(Id)); break;
            case Act.Capture: Bag.Put(new CapturePayment(Id, Price, Later)); break;
            case Act.RefundSome: Bag.Put(new RefundPayment(Some, Id, Part, "plans changed")); break;
            case Act.RefundAll: Bag.Put(new RefundPayment(All, Id, Price, "plans changed")); break;
        }
    }

    /// <summary>To look again and again at a guest who does nothing leads nowhere new.</summary>
    public bool IsDue(object message) => message is not PaymentSaga.TimeToLook || Standing is not Stand.GuestMustAct;

    public async Task Deliver(object message)
    {
        Story = new(message.GetType().Name, Story);

        switch (message)
        {
            case HoldMoney it: Hold(it); break;
            case LookAtPayment it: Bag.Answer(Sight(it.StepId)); break;
            case TakeMoney it: Step(it.StepId, () => Take(it)); break;
            case LetMoneyGo it: Step(it.StepId, () => LetGo(it)); break;
            case GiveMoneyBack it: Step(it.StepId, () => GiveBack(it)); break;
            default: await ToSaga(message); break;
        }
    }

    void Hold(HoldMoney step)
    {
        if (Standing is null) AskedToHold = true;
        else Step(step.StepId, () => throw new InvalidOperationException("held twice"));
    }

    void BankSays(Stand said)
    {
        Standing = said;
        var step = DerivedId.From(Id, "hold");
        Step(step, () => Sight(step));
    }

    /// <summary>The same step is done once and has one answer.</summary>
    void Step(Guid id, Func<object> perform)
    {
        if (!Answers.TryGetValue(id.ToString(), out var answer)) Answers[id.ToString()] = answer = perform();
        Bag.Answer(answer);
    }

    PaymentSeen Sight(Guid step) => Standing switch
    {
        Stand.Held => new(Id, step, Stand.Held, Price, Later.AddDays(2)),
        Stand.Taken => new(Id, step, Stand.Taken, new Money(Taken, "USD")),
        Stand.Declined => new(Id, step, Stand.Declined, Price, Code: "card_declined"),
        { } other => new(Id, step, other, Price),
        null => throw new InvalidOperationException("nothing is there to be seen"),
    };

    object Take(TakeMoney step)
    {
        if (Standing is Stand.Held)
        {
            Standing = Stand.Taken;
            Taken = step.Amount.Amount;
        }
        return Sight(step.StepId);
    }

    object LetGo(LetMoneyGo step)
    {
        if (Standing is not Stand.Taken) Standing = Stand.LetGo;
        return Sight(step.StepId);
    }

    object GiveBack(GiveMoneyBack step)
    {
        if (Refunded + step.Amount.Amount > Taken) throw new InvalidOperationException("more was given back than taken");
        Refunded += step.Amount.Amount;
        return new MoneyGivenBack(Id, step.StepId, step.Amount);
    }

    async Task ToSaga(object message)
    {
        var context = new TestableMessageHandlerContext();
        var saga = new PaymentSaga { Data = Saga };
        await (message switch
        {
            AuthorizePayment it => saga.Handle(it, context),
            AbandonPayment it => saga.Handle(it, context),
            CapturePayment it => saga.Handle(it, context),
            VoidPayment it => saga.Handle(it, context),
            RefundPayment it => saga.Handle(it, context),
            PaymentSeen it => saga.Handle(it, context),
            MoneyGivenBack it => saga.Handle(it, context),
            MoneyNotGivenBack it => saga.Handle(it, context),
            PaymentSaga.CaptureIsDue it => saga.Timeout(it, context),
            PaymentSaga.TimeToLook it => saga.Timeout(it, context),
            _ => throw new InvalidOperationException($"Nobody handles {message.GetType().Name}."),
        });
        foreach (var told in context.PublishedMessages.Select(sent => sent.Message)) Hear(told);
        foreach (var sent in context.SentMessages.Select(sent => sent.Message).Where(sent => sent is not PaymentSaga.TimeToForget)) Bag.Put(sent);
    }

    void Hear(object told)
    {
        Told.Add(told.GetType().Name);
        if (told is PaymentRefunded yes) Note(yes.RefundId, "refunded");
        if (told is RefundFailed no) Note(no.RefundId, "failed");
    }

    void Note(Guid refund, string fate)
    {
        if (Refunds.TryGetValue(refund.ToString(), out var known) && known != fate) throw new InvalidOperationException($"refund {refund} was told {known} and {fate}");
        Refunds[refund.ToString()] = fate;
    }
}
