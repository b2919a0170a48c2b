using Roost.Calendar.Taking;
using Roost.Contracts;

namespace Roost.Calendar.Holding;

/// <summary>
/// Once per hold, while the payment is in flight. A hold that has lapsed meanwhile is taken again if its nights are free.
/// </summary>
public sealed class Extend(ExtendHold command) : IRequest
{
    public Needs Needs => new(Claims: [command.HoldId]);

    public IMessage Decide(Chart chart)
    {
        var claim = chart.Claim(command.HoldId);
        if (claim is { Kind: ClaimKind.Booking, IsLive: true }) return HoldAnswers.Held(claim);
        if (claim is not { Kind: ClaimKind.Hold or ClaimKind.Change, State: ClaimState.Live or ClaimState.Lapsed })
            return new NightsLost(command.HoldId);
        if (claim.Version > 1) return claim.IsLive ? HoldAnswers.Held(claim) : new NightsLost(command.HoldId);

        if (claim.State == ClaimState.Lapsed)
        {
            if (chart.FirstFull(claim.Lines) is not null) return new NightsLost(command.HoldId);
            chart.Take(claim);
        }
        claim.Version++;
        claim.ExpiresAt = Later(claim.ExpiresAt!.Value, chart.Now + command.Duration);
        chart.Record(claim);
        return HoldAnswers.Held(claim);
    }

    static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}

public sealed class ExtendHoldHandler(FrontDesk desk) : IHandleMessages<ExtendHold>
{
    public Task Handle(ExtendHold command, IMessageHandlerContext context) => context.Ask(desk, new Extend(command));
}
