using Roost.Contracts;
using Roost.Domain;

namespace Roost.Payment.Paying;

/// <summary>Money that goes back: held money is not taken, taken money is refunded.</summary>
public sealed partial class PaymentSaga : IHandleMessages<RefundPayment>, IHandleMessages<MoneyGivenBack>, IHandleMessages<MoneyNotGivenBack>
{
    public Task Handle(RefundPayment message, IMessageHandlerContext context)
    {
        if (Data.Refunds.Find(refund => refund.RefundId == message.RefundId) is { } known) return Tell(context, known);

        Data.Refunds.Add(new Refund { RefundId = message.RefundId, Amount = message.Amount });
        return Go(context);
    }

    /// <summary>Nobody has paid yet: a refund is money that will not be taken, and that is certain as soon as it is decided.</summary>
    async Task TakeLess(IMessageHandlerContext context)
    {
        foreach (var refund in Waiting())
        {
            if (refund.Amount > Data.Keep())
            {
                await Fail(context, refund, "more_than_authorized");
                continue;
            }
            Data.NotTaken = (Data.NotTaken ?? Data.Nothing()) + refund.Amount;
            refund.Status = RefundStatus.Done;
            await Tell(context, refund);
        }
    }

    async Task GoWithTakenMoney(IMessageHandlerContext context)
    {
        foreach (var tooMuch in Waiting().Where(refund => refund.Amount > Data.Left())) await Fail(context, tooMuch, "more_than_captured");
        if (Waiting().FirstOrDefault() is { } next) await GiveBack(context, next);
        else if (Data.VoidAsked && Data.Left().IsPositive()) await GiveBackTheRest(context);
        else if (Data.Left().IsZero()) await TellVoided(context);
    }

    Task GiveBack(IMessageHandlerContext context, Refund refund)
    {
        Data.Step = refund.RefundId;
        return context.SendLocal(new GiveMoneyBack(refund.RefundId, Data.PaymentId, refund.Amount));
    }

    /// <summary>Once. If it fails, staff know from <see cref="RefundFailed"/>, and asking again would only fail again.</summary>
    Task GiveBackTheRest(IMessageHandlerContext context)
    {
        var id = DerivedId.From(Data.PaymentId, "void");
        if (Data.Refunds.Exists(refund => refund.RefundId == id)) return Task.CompletedTask;

        var rest = new Refund { RefundId = id, Amount = Data.Left() };
        Data.Refunds.Add(rest);
        return GiveBack(context, rest);
    }

    public async Task Handle(MoneyGivenBack message, IMessageHandlerContext context)
    {
        if (message.StepId != Data.Step) return;

        Data.Step = null;
        Data.GivenBack = (Data.GivenBack ?? Data.Nothing()) + message.Amount;
        var refund = Data.Refunds.Single(one => one.RefundId == message.StepId);
        refund.Status = RefundStatus.Done;
        await Tell(context, refund);
        await Go(context);
    }

    public async Task Handle(MoneyNotGivenBack message, IMessageHandlerContext context)
    {
        if (message.StepId != Data.Step) return;

        Data.Step = null;
        await Fail(context, Data.Refunds.Single(one => one.RefundId == message.StepId), message.Code);
        await Go(context);
    }

    /// <summary>It ended before anything was taken. What the guest was to get back of a hold that was let go, he has.</summary>
    async Task AnswerRefundsOfNothing(IMessageHandlerContext context)
    {
        if (Data.Stage is Stage.LetGo) await TakeLess(context);
        foreach (var refund in Waiting()) await Fail(context, refund, "nothing_captured");
    }

    Task Fail(IMessageHandlerContext context, Refund refund, string code)
    {
        (refund.Status, refund.Code) = (RefundStatus.Failed, code);
        return Tell(context, refund);
    }

    Task Tell(IMessageHandlerContext context, Refund refund) => refund.Status switch
    {
        RefundStatus.Done => context.Publish(
            new PaymentRefunded(refund.RefundId, Data.PaymentId, Data.BookingId, refund.Amount, Data.RefundedInTotal())),
        RefundStatus.Failed => context.Publish(
            new RefundFailed(refund.RefundId, Data.PaymentId, Data.BookingId, refund.Amount, refund.Code!)),
        _ => Task.CompletedTask, // its answer is still to come
    };

    Refund[] Waiting() => [.. Data.Refunds.Where(refund => refund.Status is RefundStatus.Waiting)];
}
