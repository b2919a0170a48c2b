using System.Runtime.Serialization;
using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Holding;

namespace Roost.Reservation.Changing;

/// <summary>
/// Other dates, guests or quantity for a booking: become its one open change, hold the new nights, let the guest confirm the price difference, authorize it, and only then let the booking take the
/// new shape. Whatever fails on the way gives back what this change took; the booking itself stays untouched until the last step.
/// </summary>
public sealed class BookingChangeSaga : Saga<BookingChangeSaga.State>,
    IAmStartedByMessages<RequestChange>, IHandleMessages<ChangeOpened>, IHandleMessages<NightsHeld>, IHandleMessages<NightsRefused>,
    IHandleMessages<ConfirmChange>,
    IHandleMessages<PaymentAuthorized>, IHandleMessages<PaymentDeclined>, IHandleMessages<ChangeApplied>, IHandleMessages<ChangeRejected>,
    IHandleTimeouts<BookingChangeSaga.TimeToConfirmIsOver>, IHandleTimeouts<BookingChangeSaga.TimeToForget>
{
    static readonly TimeSpan Remembered = TimeSpan.FromDays(40);

    protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper) => mapper.MapSaga(s => s.ChangeId)
        .ToMessage<RequestChange>(m => m.ChangeId).ToMessage<ChangeOpened>(m => m.ChangeId).ToMessage<ConfirmChange>(m => m.ChangeId)
        .ToMessage<NightsHeld>(m => m.HoldId).ToMessage<NightsRefused>(m => m.HoldId)
        .ToMessage<PaymentAuthorized>(m => m.PaymentId).ToMessage<PaymentDeclined>(m => m.PaymentId)
        .ToMessage<ChangeApplied>(m => m.ChangeId).ToMessage<ChangeRejected>(m => m.ChangeId);

    public Task Handle(RequestChange message, IMessageHandlerContext context)
    {
        if (Data.Request is not null) return Task.CompletedTask;

        Data.Request = message;
        return context.SendLocal(new OpenChange(message.BookingId, message.ChangeId));
    }

    public Task Handle(ChangeOpened message, IMessageHandlerContext context)
    {
        if (Data.Step != Step.Asked) return Task.CompletedTask;

        var request = Data.Request!;
        return context.Send(new HoldNightsForChange(
            request.ChangeId, request.BookingId, [request.Nights], HoldRules.Length(request.Kind), message.Instead));
    }

    public async Task Handle(NightsHeld message, IMessageHandlerContext context)
    {
        if (Data.Step == Step.Ended) await context.Send(new ReleaseNights(Data.ChangeId));
        if (Data.Step != Step.Asked) return;

        Data.Step = Step.Proposed;
        await context.Publish(new ChangeProposed(Data.ChangeId, Data.Request!.BookingId, Data.Difference, message.ExpiresAt));
        await RequestTimeout(context, message.ExpiresAt, new TimeToConfirmIsOver());
    }

    public Task Handle(NightsRefused message, IMessageHandlerContext context) =>
        Data.Step == Step.Asked ? End(context, message.Reason) : Task.CompletedTask;

    public Task Handle(ConfirmChange message, IMessageHandlerContext context)
    {
        if (Data.Step != Step.Proposed || message.GuestId != Data.Request!.GuestId) return Task.CompletedTask;
        if (!Data.Difference.IsPositive()) return Apply(context);

        Data.Step = Step.Paying;
        return context.Send(new AuthorizePayment(
            Data.ChangeId, Data.Request.BookingId, Data.Request.GuestId, Data.Difference, message.PaymentMethodId));
    }

    public Task Handle(PaymentAuthorized message, IMessageHandlerContext context) =>
        Data.Step == Step.Paying ? Apply(context) : Task.CompletedTask;

    public Task Handle(PaymentDeclined message, IMessageHandlerContext context) =>
        Data.Step == Step.Paying ? GiveUp(context, message.Code, paid: false) : Task.CompletedTask;

    public async Task Handle(ChangeApplied message, IMessageHandlerContext context)
    {
        Data.Step = Step.Ended;
        await RequestTimeout(context, Remembered, new TimeToForget());
    }

    /// <summary>At any time. A payment that is under way is let go too: what it comes to interests nobody any more.</summary>
    public Task Handle(ChangeRejected message, IMessageHandlerContext context) => Data.Step switch
    {
        Step.Asked or Step.Proposed => GiveUp(context, message.Code, paid: false),
        Step.Paying or Step.Applying => GiveUp(context, message.Code, paid: Data.Difference.IsPositive()),
        _ => Task.CompletedTask,
    };

    /// <summary>While the payment is under way only the payment knows whether it came in time.</summary>
    public Task Timeout(TimeToConfirmIsOver state, IMessageHandlerContext context) => Data.Step switch
    {
        Step.Proposed => GiveUp(context, "not_confirmed_in_time", paid: false),
        Step.Paying => context.Send(new AbandonPayment(Data.ChangeId)),
        _ => Task.CompletedTask,
    };

    public Task Timeout(TimeToForget state, IMessageHandlerContext context)
    {
        MarkAsComplete();
        return Task.CompletedTask;
    }

    Task Apply(IMessageHandlerContext context)
    {
        Data.Step = Step.Applying;
        var request = Data.Request!;
        return context.SendLocal(
            new ApplyChange(request.BookingId, request.ChangeId, request.Nights, request.Guests, request.OldPrice, request.Price, request.Policy));
    }

    async Task GiveUp(IMessageHandlerContext context, string code, bool paid)
    {
        await context.Send(new ReleaseNights(Data.ChangeId));
        if (paid) await context.Send(new VoidPayment(Data.ChangeId));
        await End(context, code);
    }

    async Task End(IMessageHandlerContext context, string code)
    {
        Data.Step = Step.Ended;
        await context.Publish(new ChangeRefused(Data.ChangeId, Data.Request!.BookingId, code));
        await RequestTimeout(context, Remembered, new TimeToForget());
    }

    public enum Step { Asked, Proposed, Paying, Applying, Ended }

    public sealed class State : ContainSagaData
    {
        public Guid ChangeId { get; set; }
        public Step Step { get; set; }
        public RequestChange? Request { get; set; }

        /// <summary>What the guest pays more; negative when the new stay is cheaper.</summary>
        [IgnoreDataMember]
        public Money Difference => Request!.Price.Total - Request.OldPrice;
    }

    public sealed record TimeToConfirmIsOver;

    public sealed record TimeToForget;
}
