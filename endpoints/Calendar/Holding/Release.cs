using Roost.Calendar.Taking;
using Roost.Contracts;

namespace Roost.Calendar.Holding;

/// <summary>
/// Whatever the claim is, it ends. One that was never made is remembered as given back: the command that would make it may be on its way,
/// overtaken by this one.
/// </summary>
public sealed class Release(ReleaseNights command) : IRequest
{
    public Needs Needs => new(Claims: [command.HoldId]);

    public IMessage Decide(Chart chart)
    {
        if (chart.Claim(command.HoldId) is not { } claim) chart.Record(new Claim(command.HoldId) { State = ClaimState.GivenBack });
        else if (claim.State is ClaimState.Live or ClaimState.Lapsed) chart.GiveBack(claim, ClaimState.GivenBack);
        return new NightsReleased(command.HoldId);
    }
}

public sealed class ReleaseNightsHandler(FrontDesk desk) : IHandleMessages<ReleaseNights>
{
    public Task Handle(ReleaseNights command, IMessageHandlerContext context) => context.Ask(desk, new Release(command));
}
