using Roost.Calendar.Taking;
using Roost.Contracts;

namespace Roost.Calendar.Holding;

/// <summary>
/// Held becomes sold. The deadline does not matter as long as nobody else has the nights: a payment that succeeds too late still books them
/// if they are free, and otherwise hears so once and for all, so that the money goes back.
/// </summary>
public sealed class Confirm(ConfirmNights command) : IRequest
{
    public Needs Needs => new(Claims: [command.HoldId]);

    public IMessage Decide(Chart chart)
    {
        switch (chart.Claim(command.HoldId))
        {
            case { Kind: ClaimKind.Booking, IsLive: true }:
                break;
            case { Kind: ClaimKind.Hold, IsLive: true } held:
                chart.Turn(held, ClaimKind.Booking);
                break;
            case { Kind: ClaimKind.Hold, State: ClaimState.Lapsed } lapsed when chart.FirstFull(lapsed.Lines) is null:
                lapsed.Kind = ClaimKind.Booking;
                chart.Take(lapsed);
                break;
            case { Kind: ClaimKind.Hold, State: ClaimState.Lapsed } lapsed:
                chart.GiveBack(lapsed, ClaimState.Lost);
                return new NightsLost(command.HoldId);
            default:
                return new NightsLost(command.HoldId);
        }
        return new NightsConfirmed(command.HoldId);
    }
}

public sealed class ConfirmNightsHandler(FrontDesk desk) : IHandleMessages<ConfirmNights>
{
    public Task Handle(ConfirmNights command, IMessageHandlerContext context) => context.Ask(desk, new Confirm(command));
}
