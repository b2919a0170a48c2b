using Roost.Contracts;
using Roost.Domain;

namespace Roost.Payment.Paying;

/// <summary>
/// One payment from the authorization to its end. Commands are wishes and are remembered in whatever order they come; <see cref="Go"/> compares them
/// with how the payment stands and asks for the next step, one at a time, because nobody knows what a second step would meet while
/// the first is on its way. An outcome that is unknown is awaited: the step is answered when Stripe's word is known, and not before.
/// </summary>
public sealed partial class PaymentSaga : Saga<PaymentSaga.State>,
    IAmStartedByMessages<AuthorizePayment>, IAmStartedByMessages<AbandonPayment>, IAmStartedByMessages<VoidPayment>,
    IHandleMessages<PaymentSeen>
{
    protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper) => mapper.MapSaga(s => s.PaymentId)
        .ToMessage<AuthorizePayment>(m => m.PaymentId).ToMessage<AbandonPayment>(m => m.PaymentId)
        .ToMessage<CapturePayment>(m => m.PaymentId).ToMessage<VoidPayment>(m => m.PaymentId).ToMessage<RefundPayment>(m => m.PaymentId)
        .ToMessage<PaymentSeen>(m => m.PaymentId).ToMessage<MoneyGivenBack>(m => m.PaymentId).ToMessage<MoneyNotGivenBack>(m => m.PaymentId);

    public Task Handle(AuthorizePayment message, IMessageHandlerContext context)
    {
        if (Data.BookingId != Guid.Empty) return TellAgain(context);

        (Data.BookingId, Data.Price) = (message.BookingId, message.Amount);
        if (Data.NobodyWaits()) return End(context, Stage.Declined, "abandoned"); // they overtook it: nothing was ever held
        return Ask(context, "hold", step =>
            new HoldMoney(step, message.PaymentId, message.BookingId, message.GuestId, message.Amount, message.PaymentMethodId));
    }

    public Task Handle(AbandonPayment message, IMessageHandlerContext context)
    {
        Data.Abandoned = true;
        return Data.AuthorizationIsDecided() ? TellAgain(context) : Go(context);
    }

    public Task Handle(VoidPayment message, IMessageHandlerContext context)
    {
        Data.VoidAsked = true;
        if (Data.VoidTold) return context.Publish(new PaymentVoided(Data.PaymentId, Data.BookingId));
        return Go(context);
    }

    public Task Handle(PaymentSeen message, IMessageHandlerContext context)
    {
        if (message.StepId != Data.Step) return Task.CompletedTask; // a copy of an answer that was heard

        Data.Step = null;
        return message.Standing switch
        {
            Standing.Held when Data.Stage is Stage.Held || Data.LettingGo => CallStaff(context, message.Code ?? "step_refused"),
            Standing.Held => Hold(context, message),
            Standing.GuestMustAct => AwaitGuest(context),
            Standing.Declined when Data.Stage is Stage.AwaitingGuest => Close(context, message.Code!),
            Standing.Declined => End(context, Stage.Declined, message.Code!),
            Standing.Taken => Take(context, message.Amount),
            Standing.LetGo when Data.Stage is Stage.AwaitingGuest => End(context, Stage.Declined, Data.Code ?? "abandoned"),
            Standing.LetGo when Data.LettingGo => End(context, Stage.LetGo, "voided"),
            Standing.LetGo => Lapse(context),
            _ => throw new InvalidOperationException($"Payment {Data.PaymentId} stands as {message.Standing}, which nobody expected."),
        };
    }

    async Task Hold(IMessageHandlerContext context, PaymentSeen message)
    {
        (Data.Stage, Data.Held, Data.CaptureBefore) = (Stage.Held, message.Amount, message.CaptureBefore);
        // whoever wants it undone is told when it is
        if (!Data.VoidAsked) await TellAuthorized(context);
        await PlanCapture(context);
        await Go(context);
    }

    /// <summary>
    /// The guest has the secret of this payment and could still finish it with another card: it is cancelled before anybody is told
    /// that it was declined.
    /// </summary>
    Task Close(IMessageHandlerContext context, string code)
    {
        Data.Code = code;
        return Go(context);
    }

    async Task End(IMessageHandlerContext context, Stage stage, string code)
    {
        (Data.Stage, Data.Code) = (stage, code);
        if (!Data.AuthorizedTold) await context.Publish(new PaymentDeclined(Data.PaymentId, Data.BookingId, code));
        await Go(context);
    }

    /// <summary>The bank took its promise back before the money was taken, or somebody cancelled in Stripe's own pages.</summary>
    async Task Lapse(IMessageHandlerContext context)
    {
        if (!Data.VoidAsked) await CallStaff(context, "authorization_lapsed");
        await End(context, Stage.Lapsed, "authorization_lapsed");
    }

    /// <summary>Whatever failed is not tried again; what can still be wished, like letting go of what could not be taken, is.</summary>
    Task CallStaff(IMessageHandlerContext context, string code) =>
        context.Publish(new PaymentNeedsStaff(Data.PaymentId, Data.BookingId, code));

    Task TellAuthorized(IMessageHandlerContext context)
    {
        Data.AuthorizedTold = true;
        return context.Publish(new PaymentAuthorized(Data.PaymentId, Data.BookingId, Data.Held!, Data.CaptureBefore));
    }

    Task TellAgain(IMessageHandlerContext context) => Data.Stage switch
    {
        Stage.AwaitingGuest => context.Publish(new PaymentRequiresAction(Data.PaymentId, Data.BookingId)),
        Stage.Declined or Stage.LetGo or Stage.Lapsed => context.Publish(new PaymentDeclined(Data.PaymentId, Data.BookingId, Data.Code!)),
        _ when Data.AuthorizedTold => TellAuthorized(context),
        _ => Task.CompletedTask, // not decided yet
    };

    /// <summary>The next step towards what is wished, unless one is on its way.</summary>
    Task Go(IMessageHandlerContext context)
    {
        if (Data.Step is not null) return Task.CompletedTask;
        return Data.Stage switch
        {
            Stage.AwaitingGuest => LetGoIfNobodyWaits(context),
            Stage.Held => GoWithHeldMoney(context),
            Stage.Taken => GoWithTakenMoney(context),
            Stage.Declined or Stage.LetGo or Stage.Lapsed => Finish(context),
            _ => Task.CompletedTask,
        };
    }

    async Task Finish(IMessageHandlerContext context)
    {
        await AnswerRefundsOfNothing(context);
        await TellVoided(context);
        if (Data.Forgetting) return;
        Data.Forgetting = true;
        await RequestTimeout(context, Remembered, new TimeToForget());
    }

    async Task TellVoided(IMessageHandlerContext context)
    {
        if (!Data.VoidAsked || Data.VoidTold || Data.BookingId == Guid.Empty) return;
        Data.VoidTold = true;
        await context.Publish(new PaymentVoided(Data.PaymentId, Data.BookingId));
    }

    Task LetGo(IMessageHandlerContext context)
    {
        if (Data.LettingGo) return Task.CompletedTask;
        Data.LettingGo = true;
        return Ask(context, "let go", step => new LetMoneyGo(step, Data.PaymentId));
    }

    Task Ask(IMessageHandlerContext context, string purpose, Func<Guid, object> step)
    {
        var id = DerivedId.From(Data.PaymentId, purpose);
        Data.Step = id;
        return context.SendLocal(step(id));
    }
}
