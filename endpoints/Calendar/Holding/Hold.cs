using Roost.Calendar.Taking;
using Roost.Calendar.Waiting;
using Roost.Contracts;

namespace Roost.Calendar.Holding;

/// <summary>
/// Keep nights out of sale for a while. The claim carries the id of whoever needs it, so that a repeat finds it, whatever became of it
/// since, and gives the answer that the first one gave.
/// </summary>
public sealed class Hold(HoldNights command) : IRequest
{
    readonly Line[] lines = [.. command.Lines.Select(l => l.ToLine())];

    public Needs Needs => new(Nights: lines, Claims: command.Offer is { } offer ? [command.HoldId, offer] : [command.HoldId]);

    public IMessage Decide(Chart chart)
    {
        if (chart.Claim(command.HoldId) is { } earlier) return HoldAnswers.Again(earlier);
        var offer = command.Offer is { } id ? chart.Claim(id) : null;
        // What was offered can be booked until the offer ends, also when the host has closed the nights since (P-75).
        var isPromised = offer is { Kind: ClaimKind.Offer, IsLive: true } && offer.Lines.SequenceEqual(lines);
        if (!isPromised && SaleRules.Refusal(chart, lines) is { } unsellable) return HoldAnswers.Refused(command.HoldId, unsellable);

        var hold = new Claim(command.HoldId) { Kind = ClaimKind.Hold, Lines = lines, ExpiresAt = chart.Now + command.Duration };
        return command.Offer is null ? Take(chart, hold) : TakeOffer(chart, hold, offer);
    }

    static IMessage Take(Chart chart, Claim hold)
    {
        if (chart.FirstFull(hold.Lines) is { } full) return HoldAnswers.Refuse(chart, hold, full);
        chart.Take(hold);
        return HoldAnswers.Held(hold);
    }

    /// <summary>An offer serves once: the guest it was made for, until its deadline.</summary>
    static IMessage TakeOffer(Chart chart, Claim hold, Claim? offer)
    {
        if (offer is not { Kind: ClaimKind.Offer, IsLive: true })
            return HoldAnswers.Refuse(chart, hold, new Refused("offer_ended", hold.Lines[0].UnitId, Night: null));
        if (chart.FirstFull(hold.Lines, offer) is { } full) return HoldAnswers.Refuse(chart, hold, full);

        chart.GiveBack(offer, ClaimState.Used);
        chart.Take(hold);
        Offers.Taken(chart, offer, hold.Id);
        return HoldAnswers.Held(hold);
    }
}

public sealed class HoldNightsHandler(FrontDesk desk) : IHandleMessages<HoldNights>
{
    public Task Handle(HoldNights command, IMessageHandlerContext context) => context.Ask(desk, new Hold(command));
}
