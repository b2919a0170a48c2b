using Roost.Payment.Paying;
using Roost.Stripe;

namespace Roost.Payment.Calling;

/// <summary>
/// Writes a step down, in the transaction of its message. Nothing is called from here: the call is made once this is committed, with no
/// transaction open. A step that is asked for again is answered again, if its answer is known, and otherwise changes nothing.
/// </summary>
public sealed class WritingDown(Steps steps, CallsAreDue calls) :
    IHandleMessages<HoldMoney>, IHandleMessages<TakeMoney>, IHandleMessages<LetMoneyGo>, IHandleMessages<GiveMoneyBack>, IHandleMessages<LookAtPayment>
{
    public async Task Handle(HoldMoney message, IMessageHandlerContext context)
    {
        if (!WireMoney.CanBePaid(message.Amount))
        {
            await context.SendLocal(new PaymentSeen(message.PaymentId, message.StepId, Standing.Declined, message.Amount, Code: "amount_not_payable"));
            return;
        }
        var request = PaymentIntents.Hold(message.Amount, message.PaymentMethodId, StripeStep.GroupOf(message.BookingId), new Dictionary<string, string>
        {
            [Lookup.OperationId] = message.StepId.ToString(),
            ["payment_id"] = message.PaymentId.ToString(),
            ["booking_id"] = message.BookingId.ToString(),
        });
        await steps.OpenPayment(message.PaymentId, message.BookingId, message.GuestId, message.Amount, context.CancellationToken);
        await Write(message.StepId, message.PaymentId, StepKind.Hold, request, intentId: null, message.Amount.Amount, context);
    }

    public async Task Handle(TakeMoney message, IMessageHandlerContext context)
    {
        var intent = await steps.IntentOf(message.PaymentId, context.CancellationToken);
        await Write(message.StepId, message.PaymentId, StepKind.Take, PaymentIntents.Capture(intent, message.Amount), intent, message.Amount.Amount, context);
    }

    public async Task Handle(LetMoneyGo message, IMessageHandlerContext context)
    {
        var intent = await steps.IntentOf(message.PaymentId, context.CancellationToken);
        await Write(message.StepId, message.PaymentId, StepKind.LetGo, PaymentIntents.Cancel(intent), intent, amount: 0, context);
    }

    public async Task Handle(GiveMoneyBack message, IMessageHandlerContext context)
    {
        var intent = await steps.IntentOf(message.PaymentId, context.CancellationToken);
        var request = Refunds.Create(intent, message.Amount, new Dictionary<string, string>
        {
            [Lookup.OperationId] = message.StepId.ToString(),
            ["payment_id"] = message.PaymentId.ToString(),
        });
        await Write(message.StepId, message.PaymentId, StepKind.GiveBack, request, intent, message.Amount.Amount, context);
    }

    public async Task Handle(LookAtPayment message, IMessageHandlerContext context)
    {
        var intent = await steps.IntentOf(message.PaymentId, context.CancellationToken);
        var read = PaymentIntents.Read(intent);
        await Write(message.StepId, message.PaymentId, StepKind.Look, new StripeRequest<PaymentIntent>(read.PathAndQuery, ""), intent, amount: 0, context);
    }

    async Task Write<T>(
        Guid stepId, Guid paymentId, StepKind kind, StripeRequest<T> request, string? intentId, long amount, IMessageHandlerContext context)
    {
        var ct = context.CancellationToken;
        var written = await steps.Write(stepId, paymentId, kind, request.Path, request.Form, intentId, amount, ct);
        if (written.Answer is not null) await context.SendLocal(written.Answer);
        else if (written.IsNew && kind is StepKind.GiveBack && !await steps.Reserve(paymentId, amount, ct)) await Refuse(stepId, paymentId, context);
        else calls.AfterThisMessage();
    }

    async Task Refuse(Guid stepId, Guid paymentId, IMessageHandlerContext context)
    {
        var answer = new MoneyNotGivenBack(paymentId, stepId, "more_than_captured");
        await steps.Finish(stepId, answer, requestId: null, context.CancellationToken);
        await context.SendLocal(answer);
    }
}
