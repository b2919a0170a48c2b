using Roost.Calendar.Holding;
using Roost.Calendar.Taking;
using Roost.Contracts;

namespace Roost.Calendar.Changing;

/// <summary>
/// Hold what a changed booking needs beyond its own nights, which count as free for it: on a sold-out calendar it may still move by a day.
/// The booking itself is not touched; an older change that this one stands for is given up in the same step.
/// </summary>
public sealed class HoldForChange(HoldNightsForChange command) : IRequest
{
    readonly Line[] intended = [.. command.Lines.Select(l => l.ToLine())];

    public Needs Needs => new(Nights: intended, Claims: command.Instead is { } instead ? [command.ChangeId, command.HoldId, instead] : [command.ChangeId, command.HoldId]);

    public IMessage Decide(Chart chart)
    {
        if (chart.Claim(command.ChangeId) is { } earlier) return HoldAnswers.Again(earlier);

        var additional = chart.Claim(command.HoldId) is { Kind: ClaimKind.Booking, IsLive: true } own ? Additional(own) : null;
        var change = new Claim(command.ChangeId)
        {
            Kind = ClaimKind.Change,
            Lines = additional ?? [],
            Intended = intended,
            ExpiresAt = chart.Now + command.Duration,
        };
        if (additional is null) return HoldAnswers.Refuse(chart, change, new Refused("given_back", intended[0].UnitId, Night: null));
        if (SaleRules.RefusalToAdd(chart, additional) is { } unsellable) return HoldAnswers.Refuse(chart, change, unsellable);
        var older = command.Instead is { } id && chart.Claim(id) is { Kind: ClaimKind.Change, IsLive: true } live ? live : null;
        if (chart.FirstFull(additional, older) is { } full) return HoldAnswers.Refuse(chart, change, full);

        if (older is not null) chart.GiveBack(older, ClaimState.GivenBack);
        chart.Take(change);
        return HoldAnswers.Held(change);
    }

    /// <summary>Nights, or more of a night, that the booking does not have yet, as few lines as they make.</summary>
    List<Line> Additional(Claim own)
    {
        List<Line> lines = [];
        foreach (var ((unitId, date), quantity) in Chart.Needed(intended, own))
        {
            if (quantity <= 0) continue;
            if (lines is [.., var last] && last.UnitId == unitId && last.CheckOut == date && last.Quantity == quantity)
                lines[^1] = last with { CheckOut = date.AddDays(1) };
            else
                lines.Add(new(unitId, date, date.AddDays(1), quantity));
        }
        return lines;
    }
}

public sealed class HoldNightsForChangeHandler(FrontDesk desk) : IHandleMessages<HoldNightsForChange>
{
    public Task Handle(HoldNightsForChange command, IMessageHandlerContext context) => context.Ask(desk, new HoldForChange(command));
}
