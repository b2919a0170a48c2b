using Roost.Contracts;
using Roost.Domain;

namespace Roost.Payment.Paying;

/// <summary>From held to taken, at the planned time; and the wait for a guest whose bank wants to see him.</summary>
public sealed partial class PaymentSaga : IHandleMessages<CapturePayment>,
    IHandleTimeouts<PaymentSaga.CaptureIsDue>, IHandleTimeouts<PaymentSaga.TimeToLook>, IHandleTimeouts<PaymentSaga.TimeToForget>
{
    /// <summary>Banks and queues may be late, a lapsed authorization is not coming back.</summary>
    static readonly TimeSpan CaptureMargin = TimeSpan.FromHours(24);

    static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(2);
    static readonly TimeSpan RarestLook = TimeSpan.FromSeconds(30);

    /// <summary>More than an hour: whoever asked for the payment has long abandoned it, unless that message is lost.</summary>
    const int MostLooks = 130;

    /// <summary>Longer than any copy of a command takes: it finds the saga, and not an empty place in which it would begin again.</summary>
    static readonly TimeSpan Remembered = TimeSpan.FromDays(40);

    public async Task Handle(CapturePayment message, IMessageHandlerContext context)
    {
        if (Data.Stage is Stage.Taken) await TellTaken(context);
        if (Data.CaptureAsked is not null && message.Version <= Data.CaptureVersion) return;
        if (Data.Stage is not (Stage.Held or Stage.Undecided or Stage.AwaitingGuest)) return;

        Data.CaptureAsked ??= Money.Min(message.Amount, Data.Held ?? Data.Price);
        (Data.CaptureAt, Data.CaptureVersion) = (message.At, message.Version);
        await PlanCapture(context);
    }

    /// <summary>When it is asked for and held, whichever came last.</summary>
    Task PlanCapture(IMessageHandlerContext context)
    {
        if (Data.CaptureAsked is null || Data.Stage is not Stage.Held) return Task.CompletedTask;

        var due = CaptureDue();
        return RequestTimeout(context, at: due, new CaptureIsDue { At = due });
    }

    DateTimeOffset CaptureDue() => Data.CaptureBefore - CaptureMargin is { } latest && latest < Data.CaptureAt ? latest : Data.CaptureAt;

    public Task Timeout(CaptureIsDue state, IMessageHandlerContext context)
    {
        if (CaptureDue() > state.At) return Task.CompletedTask; // it was put off, and another one is on its way

        Data.CaptureIsDue = true;
        return Go(context);
    }

    async Task GoWithHeldMoney(IMessageHandlerContext context)
    {
        await TakeLess(context);
        if (Data.VoidAsked || Data.Keep().IsZero()) await LetGo(context);
        else if (Data.CaptureIsDue) await TakeOnce(context);
    }

    Task TakeOnce(IMessageHandlerContext context)
    {
        if (Data.Taking) return Task.CompletedTask;
        Data.Taking = true;
        return Ask(context, "take", step => new TakeMoney(step, Data.PaymentId, Data.Keep()));
    }

    async Task Take(IMessageHandlerContext context, Money amount)
    {
        (Data.Stage, Data.Taken) = (Stage.Taken, amount);
        await TellTaken(context);
        await Go(context);
    }

    Task TellTaken(IMessageHandlerContext context) => context.Publish(new PaymentCaptured(Data.PaymentId, Data.BookingId, Data.Taken!));

    async Task AwaitGuest(IMessageHandlerContext context)
    {
        var isNew = Data.Stage is not Stage.AwaitingGuest;
        Data.Stage = Stage.AwaitingGuest;
        if (!Data.NobodyWaits())
        {
            if (isNew) await context.Publish(new PaymentRequiresAction(Data.PaymentId, Data.BookingId));
            await RequestTimeout(context, within: LookAfter(++Data.Looks), new TimeToLook { Look = Data.Looks });
        }
        await Go(context);
    }

    public Task Timeout(TimeToLook state, IMessageHandlerContext context)
    {
        if (state.Look != Data.Looks || Data.Stage is not Stage.AwaitingGuest || Data.Step is not null) return Task.CompletedTask;
        return Ask(context, $"look {Data.Looks}", step => new LookAtPayment(step, Data.PaymentId));
    }

    Task LetGoIfNobodyWaits(IMessageHandlerContext context) =>
        Data.NobodyWaits() || Data.Code is not null || Data.Looks > MostLooks ? LetGo(context) : Task.CompletedTask;

    static TimeSpan LookAfter(int looks) => looks > 5 ? RarestLook : FirstLook * (1 << (looks - 1));

    public Task Timeout(TimeToForget state, IMessageHandlerContext context)
    {
        MarkAsComplete();
        return Task.CompletedTask;
    }

    public sealed record CaptureIsDue
    {
        public DateTimeOffset At { get; init; }
    }

    public sealed record TimeToLook
    {
        public int Look { get; init; }
    }

    public sealed record TimeToForget;
}
