using Roost.Contracts;
using Roost.Domain.Holding;

namespace Roost.Reservation.Waiting;

/// <summary>
/// Somebody waits for nights. The calendar itself gives freed nights to the next entry, in the transaction that frees them, so that nobody can be quicker; this
/// process knows who waits and tells the guest what becomes of it. An entry gets one offer: taken, let go or lapsed, it is served.
/// </summary>
public sealed class WaitlistOfferSaga : Saga<WaitlistOfferSaga.State>,
    IAmStartedByMessages<JoinWaitlist>, IAmStartedByMessages<LeaveWaitlist>,
    IHandleMessages<NightsOffered>, IHandleMessages<OfferTaken>, IHandleMessages<OfferLapsed>,
    IHandleTimeouts<WaitlistOfferSaga.ArrivalDayIsOver>, IHandleTimeouts<WaitlistOfferSaga.TimeToForget>
{
    static readonly TimeSpan Remembered = TimeSpan.FromDays(40);

    protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper) => mapper.MapSaga(s => s.EntryId)
        .ToMessage<JoinWaitlist>(m => m.EntryId).ToMessage<LeaveWaitlist>(m => m.EntryId)
        .ToMessage<NightsOffered>(m => m.EntryId).ToMessage<OfferTaken>(m => m.EntryId).ToMessage<OfferLapsed>(m => m.EntryId);

    public async Task Handle(JoinWaitlist message, IMessageHandlerContext context)
    {
        if (Data.Started) return;

        Data.Started = true;
        Data.GuestId = message.GuestId;
        if (Data.Left)
        {
            await End(context, WaitlistOutcome.Left);
            return;
        }

        await context.Send(new WatchNights(message.EntryId, message.Nights, message.Priority, message.JoinedAt, HoldRules.WaitlistOffer));
        await RequestTimeout(context, message.UselessAfter, new ArrivalDayIsOver());
    }

    public Task Handle(NightsOffered message, IMessageHandlerContext context)
    {
        Data.Offered = true;
        return context.Publish(new WaitlistOfferMade(Data.EntryId, Data.GuestId, message.OfferId, message.Nights, message.ExpiresAt));
    }

    public Task Handle(OfferTaken message, IMessageHandlerContext context) => End(context, WaitlistOutcome.Booked);

    public Task Handle(OfferLapsed message, IMessageHandlerContext context) => End(context, WaitlistOutcome.OfferLapsed);

    /// <summary>Can overtake the joining, which then finds that there is nobody to wait any more.</summary>
    public async Task Handle(LeaveWaitlist message, IMessageHandlerContext context)
    {
        if (!Data.Started)
        {
            Data.Left = true;
            await RequestTimeout(context, Remembered, new TimeToForget());
            return;
        }

        await context.Send(new StopWatching(Data.EntryId));
        await End(context, WaitlistOutcome.Left);
    }

    public async Task Timeout(ArrivalDayIsOver state, IMessageHandlerContext context)
    {
        if (Data.Offered) return; // what was offered can be had until the offer's own deadline (P-75)

        await context.Send(new StopWatching(Data.EntryId));
        await End(context, WaitlistOutcome.TooLate);
    }

    public Task Timeout(TimeToForget state, IMessageHandlerContext context)
    {
        MarkAsComplete();
        return Task.CompletedTask;
    }

    Task End(IMessageHandlerContext context, WaitlistOutcome outcome)
    {
        MarkAsComplete();
        return context.Publish(new WaitlistEntryEnded(Data.EntryId, Data.GuestId, outcome));
    }

    public sealed class State : ContainSagaData
    {
        public Guid EntryId { get; set; }
        public Guid GuestId { get; set; }
        public bool Started { get; set; }
        public bool Left { get; set; }
        public bool Offered { get; set; }
    }

    public sealed record ArrivalDayIsOver;

    public sealed record TimeToForget;
}
