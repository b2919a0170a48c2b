using Roost.Calendar.Taking;
using Roost.Contracts;

namespace Roost.Calendar.Changing;

/// <summary>
/// The booking has the nights of its change instead of its own, in one step or not at all. Until that step both are out of sale; a change
/// whose hold has lapsed is still made if its nights are free.
/// </summary>
public sealed class Move(MoveNights command) : IRequest
{
    public Needs Needs => new(Claims: [command.HoldId, command.ChangeId]);

    public IMessage Decide(Chart chart)
    {
        var change = chart.Claim(command.ChangeId);
        if (change is { Kind: ClaimKind.Change, State: ClaimState.Used }) return new NightsMoved(command.HoldId, command.ChangeId);
        if (change is not { Kind: ClaimKind.Change, State: ClaimState.Live or ClaimState.Lapsed }) return Refuse("given_back");

        if (chart.Claim(command.HoldId) is not { Kind: ClaimKind.Booking, IsLive: true } booking) return End(chart, change, "given_back");
        if (chart.FirstFull(change.Intended, booking, change) is not null) return End(chart, change, "nights_unavailable");

        chart.GiveBack(change, ClaimState.Used);
        chart.Exchange(booking, change.Intended);
        return new NightsMoved(command.HoldId, command.ChangeId);
    }

    MoveRefused End(Chart chart, Claim change, string reason)
    {
        chart.GiveBack(change, ClaimState.Lost);
        return Refuse(reason);
    }

    MoveRefused Refuse(string reason) => new(command.HoldId, command.ChangeId, reason);
}

public sealed class MoveNightsHandler(FrontDesk desk) : IHandleMessages<MoveNights>
{
    public Task Handle(MoveNights command, IMessageHandlerContext context) => context.Ask(desk, new Move(command));
}
